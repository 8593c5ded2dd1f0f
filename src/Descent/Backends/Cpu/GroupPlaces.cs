using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Where the vectors of flat rows go that are longer than those of the output: which of their lanes are pixels, and the place of the first.</summary>
internal static unsafe class GroupPlaces
{
    /// <summary>Lanes that a place can tell of.</summary>
    public const int MostLanes = 16;

    /// <summary>Lists the vectors of <paramref name="rows"/> rows of <paramref name="rowLength"/> elements, of which the first <paramref name="width"/> count.</summary>
    public static void List(int rows, int rowLength, int width, int lanes, GroupPlace* places)
    {
        var pixels = (rows - 1) * rowLength + width;
        for (var first = 0; first < pixels; first += lanes, places++)
        {
            *places = default;
            places->Offset = (first / rowLength * width) + Math.Min(first % rowLength, width);
            for (var lane = 0; lane < lanes && first + lane < pixels; lane++)
            {
                if ((first + lane) % rowLength < width)
                {
                    places->Lanes[places->Count++] = lane;
                }
            }

            places->IsWhole = places->Count == lanes;
        }
    }

    /// <summary>The lanes that count, from the first on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Pack<TVector, TElement>(TVector value, GroupPlace* place)
        where TVector : struct
        where TElement : unmanaged
    {
        if (sizeof(TElement) == sizeof(float) && Unsafe.SizeOf<TVector>() == 64 && Avx512F.IsSupported)
        {
            var order = Vector512.Load(place->Lanes);
            var packed = Avx512F.PermuteVar16x32(Unsafe.BitCast<TVector, Vector512<float>>(value), order);
            return Unsafe.BitCast<Vector512<float>, TVector>(packed);
        }

        if (sizeof(TElement) == sizeof(float) && Unsafe.SizeOf<TVector>() == 32 && Avx2.IsSupported)
        {
            var order = Vector256.Load(place->Lanes);
            var packed = Avx2.PermuteVar8x32(Unsafe.BitCast<TVector, Vector256<float>>(value), order);
            return Unsafe.BitCast<Vector256<float>, TVector>(packed);
        }

        return Packed<TVector, TElement>(value, place);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector Packed<TVector, TElement>(TVector value, GroupPlace* place)
        where TVector : struct
        where TElement : unmanaged
    {
        TVector packed = default;
        for (var i = 0; i < place->Count; i++)
        {
            Unsafe.Add(ref Unsafe.As<TVector, TElement>(ref packed), i) = Unsafe.Add(
                ref Unsafe.As<TVector, TElement>(ref value),
                place->Lanes[i]
            );
        }

        return packed;
    }
}

/// <summary>One vector: the lanes that are pixels, in order, and where the first of them goes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GroupPlace
{
    public fixed int Lanes[GroupPlaces.MostLanes];
    public int Offset;
    public int Count;
    public bool IsWhole;
}
