using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>Where the rows of a product's second operand are, one after the other.</summary>
internal unsafe interface IRowWalk<TElement>
    where TElement : unmanaged
{
    /// <summary>The next row.</summary>
    TElement* Next();

    /// <summary>Moves all rows on by some columns.</summary>
    void Skip(int columns);
}

/// <summary>Rows a fixed distance apart.</summary>
internal unsafe struct EvenRows<TElement>(TElement* row, long step) : IRowWalk<TElement>
    where TElement : unmanaged
{
    private TElement* row = row;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TElement* Next()
    {
        var here = row;
        row += step;
        return here;
    }

    public void Skip(int columns) => row += columns;
}

/// <summary>Rows at listed distances from one place.</summary>
internal unsafe struct ListedRows<TElement>(TElement* start, int* distances) : IRowWalk<TElement>
    where TElement : unmanaged
{
    private TElement* start = start;
    private int* distances = distances;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TElement* Next() => start + *distances++;

    public void Skip(int columns) => start += columns;
}
