using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>e^(x − shift): what an element adds to a softmax' denominator.</summary>
internal readonly struct ShiftedExponential<T>(T shift) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => T.Exp(first - shift);
}

/// <summary>x − maximum − logarithm: an element of a softmax' logarithm.</summary>
internal readonly struct LogSoftmaxTerm<T>(T maximum, T logarithm) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => first - maximum - logarithm;
}

/// <summary>y (dy − total) from the pair (y, dy).</summary>
internal readonly struct SoftmaxSlope<T>(T total) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => first * (second - total);
}

/// <summary>dy − e^y · total from the pair (y, dy).</summary>
internal readonly struct LogSoftmaxSlope<T>(T total) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => second - T.Exp(first) * total;
}

/// <summary>Softmax of rows, or its logarithm, shifted by the row's maximum so that nothing overflows. Sums run in the order of <see cref="RowReduction"/>.</summary>
internal readonly unsafe struct SoftmaxBody<T, TElement>(TElement* x, long length, bool isLogarithm, TElement* y)
    : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var row = start; row < end; row++)
        {
            if (isLogarithm)
            {
                LogarithmOfRow(x + row * length, y + row * length);
            }
            else
            {
                SoftmaxRow<T, TElement>.Run(x + row * length, length, y + row * length);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LogarithmOfRow(TElement* from, TElement* to)
    {
        var largest = SoftmaxRow<T, TElement>.Maximum(from, length);
        RowMap.Run<ShiftedExponential<T>, T, TElement>(from, null, to, length, new(largest));
        var sum = RowReduction.Run<Total, Itself<T>, T, TElement>(to, null, length, default);
        var logarithm = Lane<TElement>.Log(new Lane<TElement>(sum)).Value;
        var shift = LaneMemory.Broadcast<T, TElement>(&logarithm);
        RowMap.Run<LogSoftmaxTerm<T>, T, TElement>(from, null, to, length, new(largest, shift));
    }
}

/// <summary>One row of a softmax.</summary>
internal static unsafe class SoftmaxRow<T, TElement>
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    /// <summary>Writes the softmax; gives the maximum and the sum of e^(x − maximum).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (T Maximum, TElement Sum) Run(TElement* from, long length, TElement* to)
    {
        var largest = Maximum(from, length);
        RowMap.Run<ShiftedExponential<T>, T, TElement>(from, null, to, length, new(largest));
        var sum = RowReduction.Run<Total, Itself<T>, T, TElement>(to, null, length, default);
        RowMap.Run<Divided<T>, T, TElement>(to, null, to, length, new(LaneMemory.Broadcast<T, TElement>(&sum)));
        return (largest, sum);
    }

    /// <summary>The largest element in all lanes.</summary>
    public static T Maximum(TElement* from, long length)
    {
        var largest = RowReduction.Run<Largest, Itself<T>, T, TElement>(from, null, length, default);
        return LaneMemory.Broadcast<T, TElement>(&largest);
    }
}

/// <summary>dx = y (dy − Σ y dy) for a softmax, dx = dy − e^y Σ dy for its logarithm.</summary>
internal readonly unsafe struct SoftmaxGradientBody<T, TElement>(
    TElement* y,
    TElement* dy,
    long length,
    bool isLogarithm,
    TElement* dx
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var row = start; row < end; row++)
        {
            var value = y + row * length;
            var gradient = dy + row * length;
            var to = dx + row * length;
            if (isLogarithm)
            {
                var sum = RowReduction.Run<Total, Itself<T>, T, TElement>(gradient, null, length, default);
                var total = LaneMemory.Broadcast<T, TElement>(&sum);
                RowMap.Run<LogSoftmaxSlope<T>, T, TElement>(value, gradient, to, length, new(total));
            }
            else
            {
                var sum = RowReduction.Run<Total, ProductOfPair<T>, T, TElement>(value, gradient, length, default);
                var total = LaneMemory.Broadcast<T, TElement>(&sum);
                RowMap.Run<SoftmaxSlope<T>, T, TElement>(value, gradient, to, length, new(total));
            }
        }
    }
}

/// <summary>Softmax of rows of logits and −log softmax at each row's label: finite for any finite logits.</summary>
internal readonly unsafe struct CrossEntropyBody<T, TElement>(
    TElement* logits,
    long* labels,
    long length,
    TElement* losses,
    TElement* softmax
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var row = start; row < end; row++)
        {
            var from = logits + row * length;
            var (maximum, sum) = SoftmaxRow<T, TElement>.Run(from, length, softmax + row * length);
            TElement largest;
            T.StorePartial(&largest, maximum, 1);
            var margin = new Lane<TElement>(largest) - new Lane<TElement>(from[labels[row]]);
            losses[row] = (margin + Lane<TElement>.Log(new Lane<TElement>(sum))).Value;
        }
    }
}

/// <summary>dlogits = (softmax − onehot(labels)) · dlosses.</summary>
internal readonly unsafe struct CrossEntropyGradientBody<T, TElement>(
    TElement* softmax,
    long* labels,
    TElement* dlosses,
    long length,
    TElement* dlogits
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var row = start; row < end; row++)
        {
            var from = softmax + row * length;
            var to = dlogits + row * length;
            var factor = LaneMemory.Broadcast<T, TElement>(dlosses + row);
            RowMap.Run<Scaled<T>, T, TElement>(from, null, to, length, new(factor));
            var label = labels[row];
            var slope = new Lane<TElement>(from[label]) - Lane<TElement>.One;
            to[label] = (slope * new Lane<TElement>(dlosses[row])).Value;
        }
    }
}
