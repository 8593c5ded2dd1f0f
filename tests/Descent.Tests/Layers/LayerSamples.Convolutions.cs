using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Convolutions() =>
        [
            Draw<Conv2d>(
                from batch in From(1, 3)
                from groups in From(1, 2)
                from inGroup in From(1, 3)
                from outGroup in From(1, 3)
                from kernel in Pair(1, 3)
                from stride in Pair(1, 4)
                from padding in Pair(0, 3)
                from dilation in Pair(1, 2)
                from extra in Pair(0, 4)
                let size = Fitting(kernel, padding, dilation, extra)
                select new LayerSample(
                    () => new Conv2d(groups * inGroup, groups * outGroup, kernel, stride, padding, dilation, groups),
                    [batch, groups * inGroup, size.Height, size.Width]
                )
            ),
        ];

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
