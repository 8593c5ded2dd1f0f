using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static LayerCase[] Resizing() =>
        [
            new("Pad2d: a value", () => new Pad2d(1, value: 0.5), [2, 3, 4, 5], [2, 3, 6, 7], [], [3, 4, 5]),
            new(
                "Pad2d: reflection",
                () => new Pad2d((1, 0, 2, 3), PaddingMode.Reflect),
                [2, 3, 4, 5],
                [2, 3, 5, 10],
                [],
                [2, 3, 4, 3]
            ),
            new("Pad1d: zeros", () => new Pad1d((2, 1)), [2, 3, 4], [2, 3, 7], [], [3, 4]),
            new("Pad1d: a circle", () => new Pad1d((2, 1), PaddingMode.Circular), [2, 3, 4], [2, 3, 7], [], [2, 3, 1]),
            new("Upsample2d: nearest", () => new Upsample2d((2, 3)), [2, 3, 4, 5], [2, 3, 8, 15], [], [3, 4, 5]),
            new(
                "Upsample2d: linear",
                () => new Upsample2d(size: (7, 3), interpolation: Interpolation.Linear, alignCorners: true),
                [2, 3, 4, 5],
                [2, 3, 7, 3],
                [],
                [2, 3, 4, 0]
            ),
            new(
                "Upsample1d: linear",
                () => new Upsample1d(2, interpolation: Interpolation.Linear),
                [2, 3, 5],
                [2, 3, 10],
                [],
                [3, 5]
            ),
            new("Unfold: stride", () => new Unfold((2, 3), 2, 1), [2, 3, 4, 5], [2, 18, 9], [], [3, 4, 5]),
            new("Fold: stride", () => new Fold((4, 5), (2, 3), 2, 1), [2, 18, 9], [2, 3, 4, 5], [], [2, 18, 8]),
        ];
}
