using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>e^(x − shift) where the shift is the row's maximum: what an element adds to a softmax' denominator.</summary>
internal readonly struct ShiftedExponential<T>(T shift) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => RowExp.Of(first - shift);
}

/// <summary>The exponential of numbers that are not positive.</summary>
internal static class RowExp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x)
        where T : struct, ILanes<T> => T.IsDouble ? ElementaryDouble.ExpBelowZero(x) : ElementarySingle.ExpBelowZero(x);
}

/// <summary>The larger of two numbers, of a number and NaN the number: NaN shows in the exponentials.</summary>
internal readonly struct LargestNumber : IReduceKernel
{
    public static double Identity => double.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T a, T b)
        where T : struct, ILanes<T> => T.AtLeast(a, b);
}

/// <summary>The steps of a softmax over one contiguous row: its maximum, then the exponentials and their sum in one pass.</summary>
/// <remarks>The order of the sum is that of <see cref="RowReduction"/>, whatever the width of the vectors.</remarks>
internal static unsafe class SoftmaxRow<T, TElement>
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    private const int Block = 32;
    private const int Half = Block / 2;

    /// <summary>The largest number in all lanes; +0 for either zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Maximum(TElement* from, long length)
    {
        T a = T.Constant(double.NegativeInfinity),
            b = a;
        long i = 0;
        for (; i + 2 * T.Count <= length; i += 2 * T.Count)
        {
            a = T.AtLeast(a, T.Load(from + i));
            b = T.AtLeast(b, T.Load(from + i + T.Count));
        }

        for (; i < length; i += T.Count)
        {
            var rest = (int)Math.Min(T.Count, length - i);
            var present = LaneMemory.Mask<T, TElement>((1u << rest) - 1);
            a = T.Where(present, T.AtLeast(a, T.LoadPartial(from + i, rest)), a);
        }

        return LargestLane(T.AtLeast(a, b));
    }

    /// <summary>The largest of the lanes in all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LargestLane(T lanes) =>
        T.Zero + (T.Count == 1 ? lanes : LaneMemory.Fill<T, TElement>(LaneFold.Run<LargestNumber, T, TElement>(lanes)));

    /// <summary>Gives the sum of e^(x − shift), and writes each of them where <paramref name="to"/> is not null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TElement Exponentials(TElement* from, long length, T shift, TElement* to)
    {
        if (T.Count < 8)
        {
            return InNarrowVectors(from, length, shift, to);
        }

        // The last, partial block comes first, filled up with zeros: a call would take the sums out of the registers.
        var whole = length - length % Block;
        var last = stackalloc TElement[Block];
        for (var lane = 0; lane < Block; lane += T.Count)
        {
            T.Store(last + lane, T.Zero);
        }

        if (whole < length)
        {
            RowMap.Run<ShiftedExponential<T>, T, TElement>(from + whole, null, last, length - whole, new(shift));
            if (to != null)
            {
                RowMap.Run<Itself<T>, T, TElement>(last, null, to + whole, length - whole, default);
            }
        }

        // The virtual lanes: a for the first half, b for the second.
        T a0 = T.Zero,
            a1 = a0,
            b0 = a0,
            b1 = a0;
        for (long i = 0; i < whole; i += Block)
        {
            if (Sse.IsSupported)
            {
                // The next row comes into the cache while this one keeps the arithmetic busy.
                Sse.Prefetch1(from + length + i);
                Sse.Prefetch1(from + length + i + 64 / sizeof(TElement));
            }

            var value = RowExp.Of(T.Load(from + i) - shift);
            a0 += value;
            if (to != null)
            {
                T.Store(to + i, value);
            }

            value = RowExp.Of(T.Load(from + i + Half) - shift);
            b0 += value;
            if (to != null)
            {
                T.Store(to + i + Half, value);
            }

            if (T.Count < Half)
            {
                value = RowExp.Of(T.Load(from + i + T.Count) - shift);
                a1 += value;
                if (to != null)
                {
                    T.Store(to + i + T.Count, value);
                }

                value = RowExp.Of(T.Load(from + i + Half + T.Count) - shift);
                b1 += value;
                if (to != null)
                {
                    T.Store(to + i + Half + T.Count, value);
                }
            }
        }

        a0 += T.Load(last);
        b0 += T.Load(last + Half);
        if (T.Count < Half)
        {
            a1 += T.Load(last + T.Count);
            b1 += T.Load(last + Half + T.Count);
        }

        return LaneFold.Run<Total, T, TElement>(T.Count < Half ? a0 + b0 + (a1 + b1) : a0 + b0);
    }

    private static TElement InNarrowVectors(TElement* from, long length, T shift, TElement* to)
    {
        if (to == null)
        {
            return RowReduction.Run<Total, ShiftedExponential<T>, T, TElement>(from, null, length, new(shift));
        }

        RowMap.Run<ShiftedExponential<T>, T, TElement>(from, null, to, length, new(shift));
        return RowReduction.Run<Total, Itself<T>, T, TElement>(to, null, length, default);
    }
}

/// <summary>A softmax over a row that fits into one vector; sums are those of <see cref="SoftmaxRow{T, TElement}"/>.</summary>
internal static unsafe class ShortRow<T, TElement>
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Fits(long length) => T.Count >= 8 && length <= T.Count;

    /// <summary>The mask of the lanes that a row has.</summary>
    public static T Present(long length) => LaneMemory.Mask<T, TElement>((1u << (int)length) - 1);

    /// <summary>The row, its maximum in all lanes, e^(x − maximum), zero beyond the end, and their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Values, T Largest, T Exponentials, Lane<TElement> Sum) Read(TElement* from, int length, T present)
    {
        var values = T.Where(present, T.LoadPartial(from, length), T.Constant(double.NegativeInfinity));
        var largest = SoftmaxRow<T, TElement>.LargestLane(values);
        var exponentials = RowExp.Of(values - largest);
        return (values, largest, exponentials, new(LaneFold.Run<Total, T, TElement>(exponentials)));
    }
}
