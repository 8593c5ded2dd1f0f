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
    private const int Lanes = 16;

    /// <summary>Elements from one matrix to the next, no multiple of the cache's period.</summary>
    public static long MatrixLength(in ConvolutionShape shape) => ((long)shape.K * shape.C + 15) / 16 * 16 + 16;

    /// <summary>All filters, transformed.</summary>
    public static Scratch Of(in ConvolutionShape shape, TElement* w)
    {
        var filters = new Scratch(WinogradFiveTiles.Products * MatrixLength(shape) * sizeof(TElement));
        var work = new WinogradFiveFilters<TOps, TVector, TElement>(shape, w, (TElement*)filters.Pointer);
        WorkSplitter.For(shape.K, Math.Max(1, 1024 / shape.C), work);
        return filters;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var workLength = WinogradFiveTransform<TOps, TVector, TElement>.WorkLength;
        using var scratch = new Scratch((Taps * Lanes + workLength) * sizeof(TElement));
        var taps = (TElement*)scratch.Pointer;
        var work = taps + Taps * Lanes;
        for (var filter = start * shape.C; filter < end * shape.C; filter += TOps.Count)
        {
            var count = (int)Math.Min(TOps.Count, end * shape.C - filter);
            Transpose.Run(w + filter * Taps, Taps, count, Taps, taps, Lanes);
            var step = MatrixLength(shape);
            WinogradFiveTransform<TOps, TVector, TElement>.Filters(taps, Lanes, work, u + filter, step, count);
        }
    }
}
