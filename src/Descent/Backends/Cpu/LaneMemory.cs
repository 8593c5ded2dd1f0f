using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>What loops need of lanes beyond <see cref="IMemoryLanes{TSelf, TElement}"/>.</summary>
internal static unsafe class LaneMemory
{
    /// <summary>One element of memory in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Broadcast<T, TElement>(TElement* element)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (typeof(TElement) == typeof(float))
        {
            return T.Constant(*(float*)element);
        }

        return typeof(TElement) == typeof(double) ? T.Constant(*(double*)element) : T.LoadPartial(element, 1);
    }

    /// <summary>Writes lanes past the cache, to an address that is a multiple of their size; single lanes are written as ever.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreamed<T, TElement>(TElement* destination, T value)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (typeof(T) == typeof(Lanes512<TElement>))
        {
            Unsafe.BitCast<T, Lanes512<TElement>>(value).Vector.StoreAlignedNonTemporal(destination);
        }
        else if (typeof(T) == typeof(Lanes256<TElement>))
        {
            Unsafe.BitCast<T, Lanes256<TElement>>(value).Vector.StoreAlignedNonTemporal(destination);
        }
        else if (typeof(T) == typeof(Lanes128<TElement>))
        {
            Unsafe.BitCast<T, Lanes128<TElement>>(value).Vector.StoreAlignedNonTemporal(destination);
        }
        else
        {
            T.Store(destination, value);
        }
    }

    /// <summary>Makes what was written past the cache visible to other threads before anything that follows.</summary>
    public static void EndStream() => Thread.MemoryBarrier();

    /// <summary>One number in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Fill<T, TElement>(TElement value)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (typeof(T) == typeof(Lanes512<TElement>))
        {
            return Unsafe.BitCast<Lanes512<TElement>, T>(new(Vector512.Create(value)));
        }

        if (typeof(T) == typeof(Lanes256<TElement>))
        {
            return Unsafe.BitCast<Lanes256<TElement>, T>(new(Vector256.Create(value)));
        }

        return typeof(T) == typeof(Lanes128<TElement>)
            ? Unsafe.BitCast<Lanes128<TElement>, T>(new(Vector128.Create(value)))
            : T.Load(&value);
    }

    /// <summary>One bit a lane, the first lane's lowest: set where the mask holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits<T, TElement>(T mask)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (typeof(T) == typeof(Lanes512<TElement>))
        {
            return (uint)Vector512.ExtractMostSignificantBits(Unsafe.BitCast<T, Lanes512<TElement>>(mask).Vector);
        }

        if (typeof(T) == typeof(Lanes256<TElement>))
        {
            return Vector256.ExtractMostSignificantBits(Unsafe.BitCast<T, Lanes256<TElement>>(mask).Vector);
        }

        if (typeof(T) == typeof(Lanes128<TElement>))
        {
            return Vector128.ExtractMostSignificantBits(Unsafe.BitCast<T, Lanes128<TElement>>(mask).Vector);
        }

        TElement element;
        T.Store(&element, mask);
        return *(byte*)&element & 1u;
    }

    /// <summary>The mask of the lanes whose bit is set, the first lane's lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Mask<T, TElement>(uint bits)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (typeof(T) == typeof(Lanes512<float>))
        {
            var powers = Vector512.Create(
                1u,
                2,
                4,
                8,
                16,
                32,
                64,
                128,
                1 << 8,
                1 << 9,
                1 << 10,
                1 << 11,
                1 << 12,
                1 << 13,
                1 << 14,
                1 << 15
            );
            var chosen = Vector512.Equals(Vector512.Create(bits) & powers, powers);
            return Unsafe.BitCast<Lanes512<float>, T>(new(chosen.AsSingle()));
        }

        if (typeof(T) == typeof(Lanes256<float>))
        {
            var powers = Vector256.Create(1u, 2, 4, 8, 16, 32, 64, 128);
            var chosen = Vector256.Equals(Vector256.Create(bits) & powers, powers);
            return Unsafe.BitCast<Lanes256<float>, T>(new(chosen.AsSingle()));
        }

        var lanes = stackalloc TElement[T.Count];
        for (var lane = 0; lane < T.Count; lane++)
        {
            T.StorePartial(lanes + lane, T.Constant(bits >> lane & 1), 1);
        }

        return T.NotEqual(T.Load(lanes), T.Zero);
    }

    /// <summary>Writes a truth value for each of the first <paramref name="count"/> bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTruth(byte* destination, uint bits, int count)
    {
        while (count >= 8)
        {
            *(ulong*)destination = Spread(bits & 0xFF);
            destination += 8;
            bits >>= 8;
            count -= 8;
        }

        for (; count > 0; count--, bits >>= 1)
        {
            *destination++ = (byte)(bits & 1);
        }
    }

    // Eight bits to eight bytes of 0 or 1.
    private static ulong Spread(uint bits) =>
        Bmi2.X64.IsSupported
            ? Bmi2.X64.ParallelBitDeposit(bits, 0x0101010101010101)
            : (((bits & 0x7F) * 0x0002040810204081UL) & 0x0101010101010101UL) | ((ulong)(bits >> 7) << 56);
}
