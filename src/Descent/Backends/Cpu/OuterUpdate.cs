using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Weights (out, in) changed by the gradient dyᵀ x of a few samples, made in registers and used up there: the second-level cache, which bounds small networks, sees the weights alone.</summary>
/// <remarks>
/// <code>
///   gradient of four vectors of a row of w = 0 + dy[0, row] · x[0, …] + dy[1, row] · x[1, …] + …
/// </code>
/// in the order and with the fused multiply-adds of <see cref="MatrixProduct"/>, so with its bits.
/// </remarks>
internal readonly unsafe struct OuterUpdateBody<TKernel, T, TElement>(
    TElement* w,
    TElement* first,
    TElement* second,
    UpdateConstants<double> constants,
    OuterFactors factors
) : IRangeBody
    where TKernel : struct, IUpdateKernel
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var numbers = default(UpdateConstants<T>);
        for (var i = 0; i < UpdateConstants<double>.Length; i++)
        {
            numbers[i] = T.Constant(constants[i]);
        }

        var (columns, samples) = (factors.Columns, factors.Samples);
        for (var row = start; row < end; row++)
        {
            long column = 0;
            var at = row * columns;
            for (; column + 4 * T.Count <= columns; column += 4 * T.Count)
            {
                var x = (TElement*)factors.X + column;
                var dy = (TElement*)factors.Dy + row * factors.DyColumn;
                T a = T.Zero,
                    b = T.Zero,
                    c = T.Zero,
                    d = T.Zero;
                for (long n = 0; n < samples; n++)
                {
                    var slope = LaneMemory.Broadcast<T, TElement>(dy);
                    a = T.FusedMultiplyAdd(slope, T.Load(x), a);
                    b = T.FusedMultiplyAdd(slope, T.Load(x + T.Count), b);
                    c = T.FusedMultiplyAdd(slope, T.Load(x + 2 * T.Count), c);
                    d = T.FusedMultiplyAdd(slope, T.Load(x + 3 * T.Count), d);
                    x += factors.XRow;
                    dy += factors.DyRow;
                }

                Step(at + column, T.Count, a, numbers);
                Step(at + column + T.Count, T.Count, b, numbers);
                Step(at + column + 2 * T.Count, T.Count, c, numbers);
                Step(at + column + 3 * T.Count, T.Count, d, numbers);
            }

            for (; column < columns; column += T.Count)
            {
                var count = (int)Math.Min(T.Count, columns - column);
                var x = (TElement*)factors.X + column;
                var dy = (TElement*)factors.Dy + row * factors.DyColumn;
                var sum = T.Zero;
                for (long n = 0; n < samples; n++)
                {
                    sum = T.FusedMultiplyAdd(LaneMemory.Broadcast<T, TElement>(dy), Read(x, count), sum);
                    x += factors.XRow;
                    dy += factors.DyRow;
                }

                Step(at + column, count, sum, numbers);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(long at, int count, T gradient, in UpdateConstants<T> numbers)
    {
        var weight = Read(w + at, count);
        var one = TKernel.StateCount > 0 ? Read(first + at, count) : default;
        var two = TKernel.StateCount > 1 ? Read(second + at, count) : default;
        var three = default(T);
        TKernel.Update(ref weight, gradient, ref one, ref two, ref three, numbers);
        Write(w + at, weight, count);
        if (TKernel.StateCount > 0)
        {
            Write(first + at, one, count);
        }

        if (TKernel.StateCount > 1)
        {
            Write(second + at, two, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Read(TElement* from, int count) => count == T.Count ? T.Load(from) : T.LoadPartial(from, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(TElement* to, T value, int count)
    {
        if (count == T.Count)
        {
            T.Store(to, value);
        }
        else
        {
            T.StorePartial(to, value, count);
        }
    }
}

/// <summary>x (samples, columns) and dy (samples, rows), with their distances in elements.</summary>
internal readonly struct OuterFactors(in Operand x, in Operand dy)
{
    public nint X { get; } = x.Address;

    public nint Dy { get; } = dy.Address;

    public long XRow { get; } = x.Strides[0];

    public long DyRow { get; } = dy.Strides[0];

    public long DyColumn { get; } = dy.Strides[1];

    public long Samples { get; } = x.Shape[0];

    public long Columns { get; } = x.Shape[1];
}
