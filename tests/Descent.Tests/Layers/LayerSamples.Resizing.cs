using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Resizing() =>
        [
            Draw<Pad2d>(
                from batch in From(1, 3)
                from size in Pair(4, 6)
                from near in Pair(0, 3)
                from far in Pair(0, 3)
                from mode in AnyMode
                select new LayerSample(
                    () => new Pad2d((near.Height, far.Height, near.Width, far.Width), mode),
                    [batch, 2, size.Height, size.Width]
                )
            ),
            Draw<Pad1d>(
                from batch in From(1, 3)
                from ends in Pair(0, 3)
                from length in From(4, 6)
                from mode in AnyMode
                select new LayerSample(() => new Pad1d((ends.Height, ends.Width), mode), [batch, 2, length])
            ),
            Draw<Upsample2d>(
                from batch in From(1, 3)
                from size in Pair(1, 4)
                from target in Pair(1, 7)
                from isScale in Either
                from linear in Either
                from corners in Either
                select new LayerSample(
                    () =>
                        new Upsample2d(
                            isScale ? target : null,
                            isScale ? null : target,
                            linear ? Interpolation.Linear : Interpolation.Nearest,
                            linear && corners
                        ),
                    [batch, 2, size.Height, size.Width]
                )
            ),
            Draw<Upsample1d>(
                from batch in From(1, 3)
                from length in From(1, 4)
                from target in From(1, 7)
                from isScale in Either
                from linear in Either
                select new LayerSample(
                    () =>
                        new Upsample1d(
                            isScale ? target : null,
                            isScale ? null : target,
                            linear ? Interpolation.Linear : Interpolation.Nearest
                        ),
                    [batch, 2, length]
                )
            ),
            Draw<Unfold>(
                Columns(
                    (options, _) => new Unfold(options.Kernel, options.Stride, EqualPadding(options), options.Dilation),
                    fold: false
                )
            ),
            Draw<Fold>(
                Columns(
                    (options, size) =>
                        new Fold(size, options.Kernel, options.Stride, EqualPadding(options), options.Dilation),
                    fold: true
                )
            ),
        ];

    private static Size2d EqualPadding(SlidingOptions options) => new(options.Padding.Top, options.Padding.Left);

    private static Gen<LayerSample> Columns(Func<SlidingOptions, Size2d, Layer> make, bool fold) =>
        from batch in From(1, 3)
        from channels in From(1, 3)
        from options in Sliding(PaddingMode.Zeros, 1)
        let pictures = new Shape(batch, channels, options.Size.Height, options.Size.Width)
        let unfold = new Unfold(options.Kernel, options.Stride, EqualPadding(options), options.Dilation)
        select new LayerSample(
            () => make(options, options.Size),
            fold ? unfold.Forward(Tensor.Zeros(pictures)).Shape : pictures
        );
}
