using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Every second element of a row of floats, in registers.</summary>
internal static unsafe class EvenOdd
{
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>The even and the odd elements of sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Even, Vector256<float> Odd) Split(Vector256<float> low, Vector256<float> high)
    {
        var even = Avx.Shuffle(low, high, 0b10_00_10_00).AsDouble();
        var odd = Avx.Shuffle(low, high, 0b11_01_11_01).AsDouble();
        return (Avx2.Permute4x64(even, 0b11_01_10_00).AsSingle(), Avx2.Permute4x64(odd, 0b11_01_10_00).AsSingle());
    }

    /// <summary>The even and the odd elements of eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<float> Even, Vector128<float> Odd) Split(Vector128<float> low, Vector128<float> high) =>
        (Sse.Shuffle(low, high, 0b10_00_10_00), Sse.Shuffle(low, high, 0b11_01_11_01));

    /// <summary>Parts a short row of <paramref name="count"/> even and as many odd elements, at least four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitFours(float* row, int count, float* even, float* odd)
    {
        if (!IsSupported)
        {
            for (var i = 0; i < count; i++)
            {
                (even[i], odd[i]) = (row[2 * i], row[2 * i + 1]);
            }

            return;
        }

        // The last step moves back to end with the row.
        for (var i = 0; i < count; i += 4)
        {
            var at = Math.Min(i, count - 4);
            var (evens, odds) = Split(Vector128.Load(row + 2 * at), Vector128.Load(row + 2 * at + 4));
            evens.Store(even + at);
            odds.Store(odd + at);
        }
    }

    /// <summary>As <see cref="Join(float*, float*, int, float*)"/>, for short rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void JoinFours(float* even, float* odd, int count, float* to)
    {
        if (!IsSupported)
        {
            for (var i = 0; i < count; i++)
            {
                (to[2 * i], to[2 * i + 1]) = (even[i], odd[i]);
            }

            return;
        }

        for (var i = 0; i < count; i += 4)
        {
            var at = Math.Min(i, count - 4);
            Join(Vector128.Load(even + at), Vector128.Load(odd + at), to + 2 * at);
        }
    }

    /// <summary>Writes sixteen elements in turns from two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Join(Vector256<float> even, Vector256<float> odd, float* to)
    {
        var low = Avx.UnpackLow(even, odd);
        var high = Avx.UnpackHigh(even, odd);
        Avx.Permute2x128(low, high, 0x20).Store(to);
        Avx.Permute2x128(low, high, 0x31).Store(to + 8);
    }

    /// <summary>Writes eight elements in turns from two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Join(Vector128<float> even, Vector128<float> odd, float* to)
    {
        Sse.UnpackLow(even, odd).Store(to);
        Sse.UnpackHigh(even, odd).Store(to + 4);
    }

    /// <summary>Writes <paramref name="count"/> elements of each of two rows, at least four, in turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Join(float* even, float* odd, int count, float* to)
    {
        if (!IsSupported)
        {
            for (var i = 0; i < count; i++)
            {
                (to[2 * i], to[2 * i + 1]) = (even[i], odd[i]);
            }
        }
        else if (count >= 8)
        {
            // The last step moves back to end with the row.
            for (var i = 0; i < count; i += 8)
            {
                var at = Math.Min(i, count - 8);
                Join(Vector256.Load(even + at), Vector256.Load(odd + at), to + 2 * at);
            }
        }
        else
        {
            Join(Vector128.Load(even), Vector128.Load(odd), to);
            Join(Vector128.Load(even + count - 4), Vector128.Load(odd + count - 4), to + 2 * (count - 4));
        }
    }

    /// <summary>Eight elements, each step elements (1 or 2) behind the one before; reads nothing beyond the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from, int step)
    {
        if (step == 1)
        {
            return Vector256.Load(from);
        }

        // The second half is read one place early, so that its last element is the last one needed.
        var even = Avx.Shuffle(Vector256.Load(from), Vector256.Load(from + 7), 0b11_01_10_00).AsDouble();
        return Avx2.Permute4x64(even, 0b11_01_10_00).AsSingle();
    }
}
