using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Sums over pictures and pixels for each channel of a tensor (N, K, plane): the gradient of a bias.</summary>
/// <remarks>
/// Order: sixteen lanes whatever the width; lane i of a plane sums the pixels i, i + 16, i + 32, … from zero; the lanes of the
/// planes are added picture after picture; then 16 lanes become 8, 4, 2, 1, each adding the one half a width away.
/// </remarks>
internal static unsafe class ChannelSum
{
    /// <summary>sum[k] = Σ over n and p of x[n, k, p].</summary>
    public static void Run<TElement>(long pictures, long channels, long plane, TElement* x, TElement* sum)
        where TElement : unmanaged
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<Vector512Ops<TElement>, Vector512<TElement>, TElement>(pictures, channels, plane, x, sum);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<Vector256Ops<TElement>, Vector256<TElement>, TElement>(pictures, channels, plane, x, sum);
        }
        else
        {
            Run<Vector128Ops<TElement>, Vector128<TElement>, TElement>(pictures, channels, plane, x, sum);
        }
    }

    /// <summary>The same at a given vector width.</summary>
    public static void Run<TOps, TVector, TElement>(
        long pictures,
        long channels,
        long plane,
        TElement* x,
        TElement* sum
    )
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
    {
        var grain = Math.Max(1, 65536 / Math.Max(1, pictures * plane));
        var body = new Body<TOps, TVector, TElement>(pictures, channels, plane, x, sum);
        WorkSplitter.For(channels, grain, body);
    }

    private readonly struct Body<TOps, TVector, TElement>(
        long pictures,
        long channels,
        long plane,
        TElement* x,
        TElement* sum
    ) : IRangeBody
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
    {
        private const int Lanes = 16;

        // Picture by picture, in the order of memory.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            using var scratch = new Scratch((end - start) * Lanes * sizeof(TElement));
            var totals = (TElement*)scratch.Pointer;
            new Span<TElement>(totals, checked((int)(end - start) * Lanes)).Clear();
            for (long picture = 0; picture < pictures; picture++)
            {
                for (var channel = start; channel < end; channel++)
                {
                    var from = x + (picture * channels + channel) * plane;
                    for (var lane = 0; lane < Lanes; lane += TOps.Count)
                    {
                        var total = totals + (channel - start) * Lanes + lane;
                        TOps.Store(total, TOps.Add(TOps.Load(total), LaneSums(from, lane)));
                    }
                }
            }

            for (var channel = start; channel < end; channel++)
            {
                sum[channel] = Combine(totals + (channel - start) * Lanes);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector LaneSums(TElement* from, int lane)
        {
            var lanes = default(TVector);
            var pixel = (long)lane;
            for (; pixel + TOps.Count <= plane; pixel += Lanes)
            {
                lanes = TOps.Add(lanes, TOps.Load(from + pixel));
            }

            return pixel < plane ? TOps.Add(lanes, TOps.LoadPartial(from + pixel, (int)(plane - pixel))) : lanes;
        }

        private static TElement Combine(TElement* lanes)
        {
            for (var half = Lanes / 2; half > 0; half /= 2)
            {
                for (var lane = 0; lane < half; lane++)
                {
                    lanes[lane] = Add(lanes[lane], lanes[lane + half]);
                }
            }

            return lanes[0];
        }

        private static TElement Add(TElement left, TElement right) =>
            typeof(TElement) == typeof(float)
                ? Unsafe.BitCast<float, TElement>(
                    Unsafe.BitCast<TElement, float>(left) + Unsafe.BitCast<TElement, float>(right)
                )
                : Unsafe.BitCast<double, TElement>(
                    Unsafe.BitCast<TElement, double>(left) + Unsafe.BitCast<TElement, double>(right)
                );
    }
}
