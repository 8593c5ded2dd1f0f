using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static Gen<PaddingMode> AnyMode => Gen.Elements(Enum.GetValues<PaddingMode>());

    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Convolutions() =>
        [
            Draw<Conv2d>(
                from batch in From(1, 3)
                from groups in From(1, 2)
                from inGroup in From(1, 3)
                from outGroup in From(1, 3)
                from mode in AnyMode
                from o in Sliding(mode, 3)
                from flip in Either
                select new LayerSample(
                    () =>
                        new Conv2d(
                            groups * inGroup,
                            groups * outGroup,
                            o.Kernel,
                            o.Stride,
                            o.Padding,
                            o.Dilation,
                            groups,
                            paddingMode: mode,
                            flipKernel: flip
                        ),
                    [batch, groups * inGroup, o.Size.Height, o.Size.Width]
                )
            ),
            Draw<Conv1d>(
                from batch in From(1, 3)
                from groups in From(1, 2)
                from inGroup in From(1, 3)
                from outGroup in From(1, 3)
                from mode in AnyMode
                from o in Sliding(mode, 2)
                from flip in Either
                let edge = o.Padding
                select new LayerSample(
                    () =>
                        new Conv1d(
                            groups * inGroup,
                            groups * outGroup,
                            o.Kernel.Width,
                            o.Stride.Width,
                            edge.IsSame ? Padding1d.Same : (edge.Left, edge.Right),
                            o.Dilation.Width,
                            groups,
                            paddingMode: mode,
                            flipKernel: flip
                        ),
                    [batch, groups * inGroup, o.Size.Width]
                )
            ),
            Draw<DepthwiseConv2d>(
                from batch in From(1, 3)
                from channels in From(1, 3)
                from multiplier in From(1, 2)
                from o in Sliding(PaddingMode.Zeros, 2)
                select new LayerSample(
                    () => new DepthwiseConv2d(channels, o.Kernel, o.Stride, o.Padding, o.Dilation, multiplier),
                    [batch, channels, o.Size.Height, o.Size.Width]
                )
            ),
            Draw<SeparableConv2d>(
                from batch in From(1, 3)
                from channels in From(1, 3)
                from filters in From(1, 3)
                from multiplier in From(1, 2)
                from o in Sliding(PaddingMode.Replicate, 2)
                select new LayerSample(
                    () =>
                        new SeparableConv2d(
                            channels,
                            filters,
                            o.Kernel,
                            o.Stride,
                            o.Padding,
                            o.Dilation,
                            multiplier,
                            paddingMode: PaddingMode.Replicate
                        ),
                    [batch, channels, o.Size.Height, o.Size.Width]
                )
            ),
            Draw<ConvTranspose2d>(Transposed(isLine: false)),
            Draw<ConvTranspose1d>(Transposed(isLine: true)),
        ];

    /// <summary>Options of a layer that slides over a picture, and a size that they fit.</summary>
    private sealed record SlidingOptions(Size2d Kernel, Size2d Stride, Padding2d Padding, Size2d Dilation, Size2d Size);

    /// <summary>Zeros may outnumber the picture; what repeats its elements needs more of them than it adds.</summary>
    private static Gen<SlidingOptions> Sliding(PaddingMode mode, int mostPadding) =>
        from kernel in Pair(1, 3)
        from stride in Pair(1, 4)
        from dilation in Pair(1, 2)
        from near in Pair(0, mostPadding)
        from far in Pair(0, mostPadding)
        from extra in Pair(0, 4)
        from kind in From(0, 2)
        let padding = kind == 0 ? Padding2d.Same
        : kind == 1 ? near
        : new Padding2d(near.Height, far.Height, near.Width, far.Width)
        let room = mode == PaddingMode.Zeros && kind == 1 ? near : 0
        let fitting = Fitting(kernel, room, dilation, extra)
        let more = mode == PaddingMode.Zeros ? 0 : mostPadding
        select new SlidingOptions(
            kernel,
            stride,
            padding,
            dilation,
            new Size2d(fitting.Height + more, fitting.Width + more)
        );

    private static Gen<LayerSample> Transposed(bool isLine) =>
        from batch in From(1, 3)
        from groups in From(1, 2)
        from inGroup in From(1, 2)
        from outGroup in From(1, 3)
        from kernel in Pair(1, 3)
        from stride in Pair(1, 4)
        from extra in Pair(0, 3)
        from dilation in Pair(1, 2)
        from padding in Pair(0, 1)
        from more in Pair(0, 2)
        let output = new Size2d(extra.Height % stride.Height, extra.Width % stride.Width)
        let size = new Size2d(1 + 2 * padding.Height + more.Height, 1 + 2 * padding.Width + more.Width)
        let inside = groups * inGroup
        let outside = groups * outGroup
        select isLine
            ? new LayerSample(
                () =>
                    new ConvTranspose1d(
                        inside,
                        outside,
                        kernel.Width,
                        stride.Width,
                        padding.Width,
                        output.Width,
                        dilation.Width,
                        groups
                    ),
                [batch, inside, size.Width]
            )
            : new LayerSample(
                () => new ConvTranspose2d(inside, outside, kernel, stride, padding, output, dilation, groups),
                [batch, inside, size.Height, size.Width]
            );

    private static Gen<Size2d> Pair(int low, int high) =>
        from height in From(low, high)
        from width in From(low, high)
        select new Size2d(height, width);

    /// <summary>The smallest picture that a window fits, at least one pixel, and some more.</summary>
    private static Size2d Fitting(Size2d kernel, Size2d padding, Size2d dilation, Size2d extra) =>
        new(
            Math.Max(1, dilation.Height * (kernel.Height - 1) + 1 - 2 * padding.Height) + extra.Height,
            Math.Max(1, dilation.Width * (kernel.Width - 1) + 1 - 2 * padding.Width) + extra.Width
        );
}
