using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>Moves the rows of a block of steps between the order that users see and that of the steps: sequence by sequence, whose rows are neighbours in memory where they stand by sequence.</summary>
internal readonly unsafe struct RecurrentRowMove<TElement>(
    RecurrentOrder order,
    long part,
    int start,
    int end,
    long length
)
    where TElement : unmanaged
{
    /// <summary>From the users' order, or from the rows of a table that <paramref name="places"/> names in this order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(TElement* from, long* places, TElement* to, long toRow)
    {
        var most = order.Count(part, order.IsFalling ? start : end - 1);
        for (long i = 0; i < most; i++)
        {
            var row = to + i * toRow;
            for (var turn = start; turn < end; turn++)
            {
                var count = order.Count(part, turn);
                if (i < count)
                {
                    var outer = order.Outer(turn, part * order.Rows + i);
                    ShortCopy.Run(from + (places is null ? outer : places[outer]) * length, row, length);
                }

                row += count * toRow;
            }
        }
    }

    /// <summary>Into the users' order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scatter(TElement* from, long fromRow, TElement* to)
    {
        var most = order.Count(part, order.IsFalling ? start : end - 1);
        for (long i = 0; i < most; i++)
        {
            var row = from + i * fromRow;
            for (var turn = start; turn < end; turn++)
            {
                var count = order.Count(part, turn);
                if (i < count)
                {
                    ShortCopy.Run(row, to + order.Outer(turn, part * order.Rows + i) * length, length);
                }

                row += count * fromRow;
            }
        }
    }
}
