using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>y = mask ? a : b on elements of one size, whatever their type.</summary>
/// <typeparam name="TElement">An unsigned integer as wide as the elements.</typeparam>
internal readonly unsafe struct SelectLoop<TElement>(LoopNest nest, nint mask, nint a, nint b, nint y) : IRangeBody
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var (row, column) = Math.DivRem(start, nest.RowLength);
        var cursor = nest.At(row);
        while (start < end)
        {
            var length = Math.Min(end - start, nest.RowLength - column);
            Row(
                (byte*)mask + cursor.Places[1] + column * nest.RowStep(1),
                nest.RowStep(1),
                (TElement*)a + cursor.Places[2] + column * nest.RowStep(2),
                nest.RowStep(2),
                (TElement*)b + cursor.Places[3] + column * nest.RowStep(3),
                nest.RowStep(3),
                (TElement*)y + cursor.Places[0] + column,
                length
            );
            start += length;
            column = 0;
            nest.Advance(ref cursor);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(
        byte* mask,
        long stepMask,
        TElement* a,
        long stepA,
        TElement* b,
        long stepB,
        TElement* y,
        long length
    )
    {
        long i = 0;
        if (sizeof(TElement) == 4 && stepMask == 1 && stepA <= 1 && stepB <= 1 && Avx2.IsSupported)
        {
            for (; i + 8 <= length; i += 8)
            {
                var chosen = Vector256.Equals(Avx2.ConvertToVector256Int32(mask + i), Vector256<int>.Zero).AsUInt32();
                Vector256
                    .ConditionalSelect(
                        chosen,
                        stepB == 0 ? Vector256.Create(*(uint*)b) : Vector256.Load((uint*)b + i),
                        stepA == 0 ? Vector256.Create(*(uint*)a) : Vector256.Load((uint*)a + i)
                    )
                    .Store((uint*)y + i);
            }
        }

        for (; i < length; i++)
        {
            y[i] = mask[i * stepMask] != 0 ? a[i * stepA] : b[i * stepB];
        }
    }
}
