using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Copies that change the element type: fractions are cut, integers too large wrap around, truth is "not zero".</summary>
internal static unsafe class ConvertLoop
{
    private const long Grain = 16384;

    /// <summary>Converts a nest whose operand 0 is the destination.</summary>
    public static void Run(in LoopNest nest, long count, nint source, DType from, nint destination, DType to)
    {
        switch (from)
        {
            case DType.Float32:
                From<float>(nest, count, source, destination, to);
                break;
            case DType.Float64:
                From<double>(nest, count, source, destination, to);
                break;
            case DType.Int64:
                From<long>(nest, count, source, destination, to);
                break;
            case DType.Int32:
                From<int>(nest, count, source, destination, to);
                break;
            default:
                From<byte>(nest, count, source, destination, to);
                break;
        }
    }

    private static void From<TFrom>(in LoopNest nest, long count, nint source, nint destination, DType to)
        where TFrom : unmanaged
    {
        switch (to)
        {
            case DType.Float32:
                WorkSplitter.For(count, Grain, new RowsBody<TFrom, float>(nest, source, destination));
                break;
            case DType.Float64:
                WorkSplitter.For(count, Grain, new RowsBody<TFrom, double>(nest, source, destination));
                break;
            case DType.Int64:
                WorkSplitter.For(count, Grain, new RowsBody<TFrom, long>(nest, source, destination));
                break;
            case DType.Int32:
                WorkSplitter.For(count, Grain, new RowsBody<TFrom, int>(nest, source, destination));
                break;
            case DType.UInt8:
                WorkSplitter.For(count, Grain, new RowsBody<TFrom, byte>(nest, source, destination));
                break;
            default:
                WorkSplitter.For(count, Grain, new RowsBody<TFrom, bool>(nest, source, destination));
                break;
        }
    }

    /// <summary>One element converted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTo Convert<TFrom, TTo>(TFrom value)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        if (typeof(TFrom) == typeof(float))
        {
            return FromReal<TTo>(Unsafe.BitCast<TFrom, float>(value));
        }

        if (typeof(TFrom) == typeof(double))
        {
            return FromReal<TTo>(Unsafe.BitCast<TFrom, double>(value));
        }

        return FromInteger<TTo>(
            typeof(TFrom) == typeof(long) ? Unsafe.BitCast<TFrom, long>(value)
            : typeof(TFrom) == typeof(int) ? Unsafe.BitCast<TFrom, int>(value)
            : Unsafe.BitCast<TFrom, byte>(value)
        );
    }

    /// <summary>A number as an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTo FromReal<TTo>(double value)
        where TTo : unmanaged
    {
        if (typeof(TTo) == typeof(float))
        {
            return Unsafe.BitCast<float, TTo>((float)value);
        }

        if (typeof(TTo) == typeof(double))
        {
            return Unsafe.BitCast<double, TTo>(value);
        }

        if (typeof(TTo) == typeof(bool))
        {
            return Unsafe.BitCast<bool, TTo>(value != 0);
        }

        return typeof(TTo) == typeof(int) ? Unsafe.BitCast<int, TTo>((int)value) : FromInteger<TTo>((long)value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo FromInteger<TTo>(long value)
        where TTo : unmanaged
    {
        if (typeof(TTo) == typeof(float))
        {
            return Unsafe.BitCast<float, TTo>((float)value);
        }

        if (typeof(TTo) == typeof(double))
        {
            return Unsafe.BitCast<double, TTo>(value);
        }

        if (typeof(TTo) == typeof(long))
        {
            return Unsafe.BitCast<long, TTo>(value);
        }

        if (typeof(TTo) == typeof(int))
        {
            return Unsafe.BitCast<int, TTo>(unchecked((int)value));
        }

        return typeof(TTo) == typeof(byte)
            ? Unsafe.BitCast<byte, TTo>(unchecked((byte)value))
            : Unsafe.BitCast<bool, TTo>(value != 0);
    }

    private readonly struct RowsBody<TFrom, TTo>(LoopNest nest, nint source, nint destination) : IRangeBody
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            var (row, column) = Math.DivRem(start, nest.RowLength);
            var cursor = nest.At(row);
            var (stepTo, stepFrom) = (nest.RowStep(0), nest.RowStep(1));
            while (start < end)
            {
                var length = Math.Min(end - start, nest.RowLength - column);
                var to = (TTo*)destination + cursor.Places[0] + column * stepTo;
                var from = (TFrom*)source + cursor.Places[1] + column * stepFrom;
                var done = stepTo == 1 && stepFrom == 1 ? ConvertVectors(from, to, length) : 0;
                for (var i = done; i < length; i++)
                {
                    to[i * stepTo] = Convert<TFrom, TTo>(from[i * stepFrom]);
                }

                start += length;
                column = 0;
                nest.Advance(ref cursor);
            }
        }

        // The pairs that networks meet in bulk; conversion is exact or correctly rounded, so place does not matter.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static long ConvertVectors(TFrom* from, TTo* to, long length)
        {
            long i = 0;
            if (typeof(TFrom) == typeof(byte) && typeof(TTo) == typeof(float))
            {
                for (; i + 16 <= length; i += 16)
                {
                    var (low, high) = Vector128.Widen(Vector128.Load((byte*)from + i));
                    var (a, b) = Vector128.Widen(low);
                    var (c, d) = Vector128.Widen(high);
                    Vector128.ConvertToSingle(a.AsInt32()).Store((float*)to + i);
                    Vector128.ConvertToSingle(b.AsInt32()).Store((float*)to + i + 4);
                    Vector128.ConvertToSingle(c.AsInt32()).Store((float*)to + i + 8);
                    Vector128.ConvertToSingle(d.AsInt32()).Store((float*)to + i + 12);
                }
            }
            else if (typeof(TFrom) == typeof(float) && typeof(TTo) == typeof(double))
            {
                for (; i + 8 <= length; i += 8)
                {
                    var (low, high) = Vector256.Widen(Vector256.Load((float*)from + i));
                    low.Store((double*)to + i);
                    high.Store((double*)to + i + 4);
                }
            }
            else if (typeof(TFrom) == typeof(double) && typeof(TTo) == typeof(float))
            {
                for (; i + 8 <= length; i += 8)
                {
                    Vector256
                        .Narrow(Vector256.Load((double*)from + i), Vector256.Load((double*)from + i + 4))
                        .Store((float*)to + i);
                }
            }

            return i;
        }
    }
}
