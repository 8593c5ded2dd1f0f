using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>u = G w Gᵀ for every filter, in panels of output channels, each 36 matrices (input channel, output channel); made once, or whenever a panel is asked for.</summary>
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
    /// <summary>Input channels whose products are added up at a time: their part of a panel stays in the caches.</summary>
    public const int Depth = 128;

    private const int Taps = 9,
        Lanes = 16,
        InputsTogether = 16;

    /// <summary>Panels of output channels.</summary>
    public int Panels => PanelsOf(outputs);

    /// <summary>Elements of a part of a panel.</summary>
    public static long PartLength => WinogradTiles.Products * (Depth * Width + 16L);

    /// <summary>Elements of all panels.</summary>
    public static long Length(int outputs, int inputs) => PanelsOf(outputs) * PanelLengthOf(inputs);

    /// <summary>Elements from a matrix to the next: no multiple of the cache's period.</summary>
    public static int Step => Depth * Width + 16;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    private long PanelLength => PanelLengthOf(inputs);

    /// <summary>Makes all panels.</summary>
    public void Make() => WorkSplitter.For((long)Panels * inputs, Depth, this);

    /// <summary>The matrices of a panel from an input channel on, made beforehand or now in <paramref name="room"/>.</summary>
    public TElement* Part(int panel, int input, TElement* room)
    {
        if (u != null)
        {
            return u + panel * PanelLength + input / Depth * PartLength;
        }

        Transform(panel, input, Math.Min(inputs, input + Depth), room);
        return room;
    }

    private static int PanelsOf(int outputs) => (outputs + Width - 1) / Width;

    private static long PanelLengthOf(int inputs) => (inputs + Depth - 1) / Depth * PartLength;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        long last;
        for (var task = start; task < end; task = last)
        {
            var (panel, input) = ((int)(task / inputs), (int)(task % inputs));
            var part = input / Depth;
            last = Math.Min(end, task - input + Math.Min(inputs, (part + 1) * Depth));
            var to = u + panel * PanelLength + part * PartLength + input % Depth * Width;
            Transform(panel, input, (int)(input + last - task), to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(int panel, int start, int end, TElement* to)
    {
        var taps = stackalloc TElement[InputsTogether * Taps * Lanes];
        var spare = stackalloc TElement[WinogradTransform<TOps, TVector, TElement>.SpareLength];
        new Span<TElement>(taps, InputsTogether * Taps * Lanes).Clear();
        var outputStep = turned ? Taps : (long)inputs * Taps;
        var inputStep = turned ? (long)outputs * Taps : Taps;
        var first = turned ? (Taps - 1) * Lanes : 0;
        var step = turned ? -Lanes : Lanes;
        int together;
        for (var input = start; input < end; input += together, to += together * Width)
        {
            // Those of an output channel lie one behind the other unless they are turned.
            together = turned ? 1 : Math.Min(InputsTogether, end - input);
            for (var lane = 0; lane < Width; lane += TOps.Count)
            {
                var output = panel * Width + lane;
                var count = Math.Min(TOps.Count, outputs - output);
                if (count <= 0)
                {
                    break;
                }

                var from = w + output * outputStep + input * inputStep;
                Transpose.Run(from, outputStep, count, together * Taps, taps, Lanes);
                for (var i = 0; i < together; i++)
                {
                    WinogradTransform<TOps, TVector, TElement>.Run<WinogradTransform<TOps, TVector, TElement>.Filter>(
                        taps + i * Taps * Lanes + first,
                        3 * step,
                        step,
                        to + i * Width + lane,
                        6L * Step,
                        Step,
                        spare
                    );
                }
            }
        }
    }
}
