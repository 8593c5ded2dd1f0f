using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of a convolution's input as a convolution of the output's gradient: input and output channels trade places and the filters turn by half a turn.</summary>
/// <remarks>
/// This computes products with the padding too, but adds in registers: it pays when the input has hardly more pixels than
/// the output, as in the usual 3×3 filters with a padding of one, when there are rows enough for a tile, and when the
/// additions that it saves are not already few beside the products.
/// </remarks>
internal static unsafe class FlippedFilters
{
    // Their filters lie side by side, and as many rows are written at a time.
    private const int ChannelsTogether = 8;

    /// <summary>Whether the gradient is better made this way: no stride, at most a tenth more pixels, channels enough for a tile, or one that needs none.</summary>
    public static bool Pay(in ConvolutionShape shape) =>
        shape is { StrideY: 1, StrideX: 1 }
        && (shape is { GroupC: >= 12 } or { IsDepthwise: true, GroupK: 1 } || GroupPlanes.Pay(shape))
        && shape.PaddingY <= shape.DilationY * (shape.R - 1)
        && shape.PaddingX <= shape.DilationX * (shape.S - 1)
        && 10L * shape.H * shape.W <= 11 * shape.OutputPlane;

    /// <summary>The convolution that leads from dy to dx.</summary>
    public static ConvolutionShape Shape(in ConvolutionShape shape) =>
        new ConvolutionShape(
            (shape.N, shape.K, shape.OutputHeight, shape.OutputWidth),
            (shape.C, shape.R, shape.S),
            (1, 1),
            (shape.DilationY * (shape.R - 1) - shape.PaddingY, shape.DilationX * (shape.S - 1) - shape.PaddingX),
            (shape.DilationY, shape.DilationX),
            shape.Groups
        ).Apart(shape.OutputPicture, shape.InputPicture);

    /// <summary>flipped[c, k, R − 1 − r, S − 1 − s] = w[k, c, r, s] within each group.</summary>
    public static void Make<TElement>(in ConvolutionShape shape, TElement* w, TElement* flipped)
        where TElement : unmanaged =>
        WorkSplitter.For(
            shape.C,
            Math.Max(ChannelsTogether, 16384 / (shape.GroupK * shape.R * shape.S)),
            new Body<TElement>(shape, w, flipped)
        );

    private readonly struct Body<TElement>(ConvolutionShape shape, TElement* w, TElement* flipped) : IRangeBody
        where TElement : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            var filter = shape.R * shape.S;
            int count;
            for (var channel = (int)start; channel < end; channel += count)
            {
                var (group, inGroup) = Math.DivRem(channel, shape.GroupC);
                count = Math.Min(Math.Min(ChannelsTogether, (int)end - channel), shape.GroupC - inGroup);
                if (filter == 1 && shape.GroupK % 8 == 0)
                {
                    var first = w + (long)group * shape.GroupK * shape.GroupC + inGroup;
                    var rows = flipped + (long)channel * shape.GroupK;
                    Transpose.Run(first, shape.GroupC, shape.GroupK, count, rows, shape.GroupK);
                    continue;
                }

                for (var k = 0; k < shape.GroupK; k++)
                {
                    var from = w + ((long)(group * shape.GroupK + k) * shape.GroupC + inGroup) * filter;
                    var to = flipped + ((long)channel * shape.GroupK + k) * filter;
                    for (var c = 0; c < count; c++, from += filter, to += (long)shape.GroupK * filter)
                    {
                        for (var i = 0; i < filter; i++)
                        {
                            to[filter - 1 - i] = from[i];
                        }
                    }
                }
            }
        }
    }
}
