using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

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
    public T Of(T first, T second) => second - RowExp.Of(first) * total;
}

/// <summary>Softmax of rows, or its logarithm, shifted by the row's maximum so that nothing overflows. A row that fits into one vector stays in it.</summary>
internal readonly unsafe struct SoftmaxBody<T, TElement>(TElement* x, long length, bool isLogarithm, TElement* y)
    : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        if (ShortRow<T, TElement>.Fits(length))
        {
            ShortRows(start, end);
        }
        else
        {
            LongRows(start, end);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void LongRows(long start, long end)
    {
        for (var row = start; row < end; row++)
        {
            var from = x + row * length;
            var to = y + row * length;
            var largest = SoftmaxRow<T, TElement>.Maximum(from, length);
            var sum = SoftmaxRow<T, TElement>.Exponentials(from, length, largest, to);
            if (isLogarithm)
            {
                var logarithm = LaneMemory.Fill<T, TElement>(Lane<TElement>.Log(new(sum)).Value);
                RowMap.Run<LogSoftmaxTerm<T>, T, TElement>(from, null, to, length, new(largest, logarithm));
            }
            else
            {
                var share = LaneMemory.Fill<T, TElement>((Lane<TElement>.One / new Lane<TElement>(sum)).Value);
                RowMap.Run<Scaled<T>, T, TElement>(to, null, to, length, new(share));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ShortRows(long start, long end)
    {
        var present = ShortRow<T, TElement>.Present(length);
        for (var row = start; row < end; row++)
        {
            var (values, largest, exponentials, sum) = ShortRow<T, TElement>.Read(
                x + row * length,
                (int)length,
                present
            );
            var result = isLogarithm
                ? values - largest - LaneMemory.Fill<T, TElement>(Lane<TElement>.Log(sum).Value)
                : exponentials * LaneMemory.Fill<T, TElement>((Lane<TElement>.One / sum).Value);
            T.StorePartial(y + row * length, result, (int)length);
        }
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

/// <summary>−log softmax at each row's label, finite for any finite logits, and scale · (softmax − onehot(label)) where <paramref name="slopes"/> is not null.</summary>
internal readonly unsafe struct CrossEntropyBody<T, TElement>(
    TElement* logits,
    long* labels,
    long length,
    double scale,
    TElement* losses,
    TElement* slopes
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        if (ShortRow<T, TElement>.Fits(length))
        {
            ShortRows(start, end);
        }
        else
        {
            LongRows(start, end);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void LongRows(long start, long end)
    {
        var weight = Lane<TElement>.Constant(scale);
        for (var row = start; row < end; row++)
        {
            var from = logits + row * length;
            var to = slopes == null ? null : slopes + row * length;
            var label = labels[row];
            var largest = SoftmaxRow<T, TElement>.Maximum(from, length);
            var sum = new Lane<TElement>(SoftmaxRow<T, TElement>.Exponentials(from, length, largest, to));
            TElement maximum;
            T.StorePartial(&maximum, largest, 1);
            var margin = new Lane<TElement>(maximum) - new Lane<TElement>(from[label]);
            losses[row] = (margin + Lane<TElement>.Log(sum)).Value;
            if (to != null)
            {
                var factor = LaneMemory.Fill<T, TElement>((weight / sum).Value);
                RowMap.Run<Scaled<T>, T, TElement>(to, null, to, length, new(factor));
                to[label] = (new Lane<TElement>(to[label]) - weight).Value;
            }
        }
    }

    // The logarithms of as many rows as a vector has lanes are taken at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ShortRows(long start, long end)
    {
        var sums = stackalloc TElement[T.Count];
        for (; start < end; start += T.Count)
        {
            var count = (int)Math.Min(T.Count, end - start);
            ShortRows(start, count, sums);
            var margins = T.LoadPartial(losses + start, count);
            T.StorePartial(losses + start, margins + T.Log(T.LoadPartial(sums, count)), count);
        }
    }

    // Writes the slopes, the sums, and, where the losses will be, the largest number less that of the label.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ShortRows(long first, int count, TElement* sums)
    {
        var weight = Lane<TElement>.Constant(scale);
        var weights = T.Constant(scale);
        var present = ShortRow<T, TElement>.Present(length);
        for (var index = 0; index < count; index++)
        {
            var row = first + index;
            var from = logits + row * length;
            var label = (int)labels[row];
            var (_, largest, exponentials, sum) = ShortRow<T, TElement>.Read(from, (int)length, present);
            TElement maximum;
            T.StorePartial(&maximum, largest, 1);
            losses[row] = (new Lane<TElement>(maximum) - new Lane<TElement>(from[label])).Value;
            sums[index] = sum.Value;
            if (slopes != null)
            {
                var factor = LaneMemory.Fill<T, TElement>((weight / sum).Value);
                var atLabel = T.Where(LaneMemory.Mask<T, TElement>(1u << label), weights, T.Zero);
                T.StorePartial(slopes + row * length, exponentials * factor - atLabel, (int)length);
            }
        }
    }
}
