using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Numerics;

/// <summary>Philox4x32-10: four random words from a counter of four words and a key of two.</summary>
/// <remarks>Salmon, Moraes, Dror, Shaw, <i>Parallel random numbers: as easy as 1, 2, 3</i> (SC 2011).</remarks>
internal static class Philox
{
    /// <summary>The words that <see cref="FillRows"/> makes: four rows of sixteen.</summary>
    internal const int GroupSize = 64;

    private const uint MultiplierA = 0xD251_1F53;
    private const uint MultiplierB = 0xCD9E_8D57;
    private const uint WeylA = 0x9E37_79B9;
    private const uint WeylB = 0xBB67_AE85;
    private const int Rounds = 10;

    /// <summary>The four words of one block, first word in the lowest element.</summary>
    /// <param name="key">The key's two words, the first in the low half.</param>
    /// <param name="low">The counter's first two words, the first in the low half.</param>
    /// <param name="high">The counter's last two words.</param>
    internal static Vector128<uint> Block(ulong key, ulong low, ulong high)
    {
        uint c0 = (uint)low,
            c1 = (uint)(low >> 32),
            c2 = (uint)high,
            c3 = (uint)(high >> 32);
        uint k0 = (uint)key,
            k1 = (uint)(key >> 32);
        for (var round = 0; round < Rounds; round++)
        {
            var a = (ulong)MultiplierA * c0;
            var b = (ulong)MultiplierB * c2;
            c0 = (uint)(b >> 32) ^ c1 ^ k0;
            c1 = (uint)b;
            c2 = (uint)(a >> 32) ^ c3 ^ k1;
            c3 = (uint)a;
            k0 += WeylA;
            k1 += WeylB;
        }

        return Vector128.Create(c0, c1, c2, c3);
    }

    /// <summary>Sixteen blocks with consecutive counters, laid out by words: the first words of all blocks, then the second ones, …</summary>
    /// <param name="key">The key's two words.</param>
    /// <param name="low">The counter of the first block, a multiple of 16.</param>
    /// <param name="high">The counter's last two words.</param>
    /// <param name="rows">Receives 64 words.</param>
    internal static unsafe void FillRows(ulong key, ulong low, ulong high, uint* rows)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            for (uint block = 0; block < 16; block++)
            {
                var words = Block(key, low + block, high);
                for (var row = 0; row < 4; row++)
                {
                    rows[16 * row + block] = words[row];
                }
            }

            return;
        }

        // One counter in each 64-bit lane. Only the low half of a lane counts: a product reads no more of it, and what
        // stands above is cut off at the end.
        var first = Vector512.Create(low) + Vector512<ulong>.Indices;
        var second = first + Vector512.Create(8UL);
        var (a0, a1, a2, a3) = (first, first >>> 32, Vector512.Create(high), Vector512.Create(high >> 32));
        var (b0, b1, b2, b3) = (second, second >>> 32, a2, a3);
        var keyA = Vector512.Create((ulong)(uint)key);
        var keyB = Vector512.Create(key >> 32);
        for (var round = 0; round < Rounds; round++)
        {
            Round(ref a0, ref a1, ref a2, ref a3, keyA, keyB);
            Round(ref b0, ref b1, ref b2, ref b3, keyA, keyB);
            keyA += Vector512.Create((ulong)WeylA);
            keyB += Vector512.Create((ulong)WeylB);
        }

        LowHalves(a0, b0).Store(rows);
        LowHalves(a1, b1).Store(rows + 16);
        LowHalves(a2, b2).Store(rows + 32);
        LowHalves(a3, b3).Store(rows + 48);
    }

    // One instruction where narrowing takes three.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> LowHalves(Vector512<ulong> first, Vector512<ulong> second) =>
        Avx512F.IsSupported
            ? Avx512F.PermuteVar16x32x2(first.AsUInt32(), Vector512<uint>.Indices * 2, second.AsUInt32())
            : Vector512.Narrow(first, second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        ref Vector512<ulong> c0,
        ref Vector512<ulong> c1,
        ref Vector512<ulong> c2,
        ref Vector512<ulong> c3,
        Vector512<ulong> keyA,
        Vector512<ulong> keyB
    )
    {
        var a = MultiplyLowHalves(c0, MultiplierA);
        var b = MultiplyLowHalves(c2, MultiplierB);
        c0 = (b >>> 32) ^ c1 ^ keyA;
        c1 = b;
        c2 = (a >>> 32) ^ c3 ^ keyB;
        c3 = a;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> MultiplyLowHalves(Vector512<ulong> value, uint factor)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Multiply(value.AsUInt32(), Vector512.Create(factor));
        }

        if (Avx2.IsSupported)
        {
            var factors = Vector256.Create(factor);
            return Vector512.Create(
                Avx2.Multiply(value.GetLower().AsUInt32(), factors),
                Avx2.Multiply(value.GetUpper().AsUInt32(), factors)
            );
        }

        return (value & Vector512.Create((ulong)uint.MaxValue)) * Vector512.Create((ulong)factor);
    }
}
