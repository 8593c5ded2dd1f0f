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
    /// <summary>Whether the gradient is better made this way: no stride, at most a tenth more pixels, channels enough for a tile.</summary>
    public static bool Pay(in ConvolutionShape shape) =>
        shape is { StrideY: 1, StrideX: 1, GroupC: >= 12 }
        && shape.PaddingY <= shape.DilationY * (shape.R - 1)
        && shape.PaddingX <= shape.DilationX * (shape.S - 1)
        && 10L * shape.H * shape.W <= 11 * shape.OutputPlane;

    /// <summary>The convolution that leads from dy to dx.</summary>
    public static ConvolutionShape Shape(in ConvolutionShape shape) =>
        new(
            (shape.N, shape.K, shape.OutputHeight, shape.OutputWidth),
            (shape.C, shape.R, shape.S),
            (1, 1),
            (shape.DilationY * (shape.R - 1) - shape.PaddingY, shape.DilationX * (shape.S - 1) - shape.PaddingX),
            (shape.DilationY, shape.DilationX),
            shape.Groups
        );

    /// <summary>flipped[c, k, R − 1 − r, S − 1 − s] = w[k, c, r, s] within each group.</summary>
    public static void Make<TElement>(in ConvolutionShape shape, TElement* w, TElement* flipped)
        where TElement : unmanaged =>
        WorkSplitter.For(
            shape.C,
            Math.Max(1, 16384 / (shape.GroupK * shape.R * shape.S)),
            new Body<TElement>(shape, w, flipped)
        );

    private readonly struct Body<TElement>(ConvolutionShape shape, TElement* w, TElement* flipped) : IRangeBody
        where TElement : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            var filter = shape.R * shape.S;
            for (var channel = start; channel < end; channel++)
            {
                var group = channel / shape.GroupC;
                var to = flipped + channel * shape.GroupK * filter;
                for (var k = 0; k < shape.GroupK; k++)
                {
                    var from = w + ((group * shape.GroupK + k) * shape.GroupC + channel % shape.GroupC) * filter;
                    for (var i = 0; i < filter; i++)
                    {
                        to[k * filter + filter - 1 - i] = from[i];
                    }
                }
            }
        }
    }
}
