using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>u = G w Gᵀ for every filter of 5×5, as 36 matrices (output channels, input channels); each lane is a filter.</summary>
internal readonly unsafe struct WinogradFiveFilters<TOps, TVector, TElement>(
    ConvolutionShape shape,
    TElement* w,
    TElement* u
) : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private const int Taps = 25;

    /// <summary>Elements from one matrix to the next, no multiple of the cache's period.</summary>
    public static long MatrixLength(in ConvolutionShape shape) => ((long)shape.K * shape.C + 15) / 16 * 16 + 16;

    /// <summary>Elements of all matrices.</summary>
    public static long Length(in ConvolutionShape shape) => WinogradFiveTiles.Products * MatrixLength(shape);

    /// <summary>Transforms all filters.</summary>
    public static void Run(in ConvolutionShape shape, TElement* w, TElement* u) =>
        WorkSplitter.For(
            shape.K,
            Math.Max(1, 1024 / shape.C),
            new WinogradFiveFilters<TOps, TVector, TElement>(shape, w, u)
        );

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var workLength = WinogradFiveTransform<TOps, TVector, TElement>.WorkLength;
        using var scratch = new Scratch((Taps * TOps.Count + workLength) * sizeof(TElement));
        var taps = (TElement*)scratch.Pointer;
        var work = taps + Taps * TOps.Count;
        for (var filter = start * shape.C; filter < end * shape.C; filter += TOps.Count)
        {
            var count = (int)Math.Min(TOps.Count, end * shape.C - filter);
            for (var lane = 0; lane < count; lane++)
            {
                var from = w + (filter + lane) * Taps;
                for (var tap = 0; tap < Taps; tap++)
                {
                    taps[tap * TOps.Count + lane] = from[tap];
                }
            }

            var step = MatrixLength(shape);
            WinogradFiveTransform<TOps, TVector, TElement>.Filters(taps, work, u + filter, step, count);
        }
    }
}
