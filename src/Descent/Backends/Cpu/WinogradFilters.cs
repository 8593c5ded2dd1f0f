using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>u = G w Gᵀ for every filter, as 36 matrices (panel of output channels, input channel, output channel), for the ranges of (panel, input channel).</summary>
/// <remarks>
/// For the gradient of the input, <c>turned</c>: input and output channels trade places, and the filters turn by half a turn.
/// </remarks>
internal readonly unsafe struct WinogradFilters<TOps, TVector, TElement>(
    int outputs,
    int inputs,
    bool turned,
    TElement* w,
    TElement* u
) : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    // Nine taps of sixteen filters at most, with room for whole blocks of the transposing copy.
    private const int Taps = 9,
        Lanes = 16;

    /// <summary>The number of pairs of a panel and an input channel.</summary>
    public long Tasks => Panels(outputs) * (long)inputs;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    /// <summary>Panels of output channels.</summary>
    public static int Panels(int outputs) => (outputs + Width - 1) / Width;

    /// <summary>Elements of one matrix.</summary>
    public static long MatrixLength(int outputs, int inputs) => Panels(outputs) * (long)inputs * Width + 16;

    /// <summary>Elements of all matrices.</summary>
    public static long Length(int outputs, int inputs) => WinogradTiles.Products * MatrixLength(outputs, inputs);

    /// <summary>Transforms all filters.</summary>
    public void Run() => WorkSplitter.For(Tasks, 64, this);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var taps = stackalloc TElement[16 * Lanes];
        var spare = stackalloc TElement[WinogradTransform<TOps, TVector, TElement>.SpareLength];
        new Span<TElement>(taps, 16 * Lanes).Clear();
        var matrix = MatrixLength(outputs, inputs);
        var outputStep = turned ? Taps : (long)inputs * Taps;
        var inputStep = turned ? (long)outputs * Taps : Taps;
        var first = turned ? taps + (Taps - 1) * Lanes : taps;
        var step = turned ? -Lanes : Lanes;
        for (var task = start; task < end; task++)
        {
            var (panel, input) = Math.DivRem(task, inputs);
            for (var lane = 0; lane < Width; lane += TOps.Count)
            {
                var output = panel * Width + lane;
                var count = Math.Min(TOps.Count, outputs - output);
                if (count <= 0)
                {
                    break;
                }

                Transpose.Run(w + output * outputStep + input * inputStep, outputStep, count, Taps, taps, Lanes);
                WinogradTransform<TOps, TVector, TElement>.Run<WinogradTransform<TOps, TVector, TElement>.Filter>(
                    first,
                    3 * step,
                    step,
                    u + task * Width + lane,
                    6 * matrix,
                    matrix,
                    spare
                );
            }
        }
    }
}
