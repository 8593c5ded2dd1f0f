using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerGoldens
{
    private static KeyValuePair<string, Func<GoldenCase, Layer>>[] Resizing() =>
        [
            For(
                "Pad2d",
                golden =>
                {
                    var (rows, columns) = (golden.Pairs("padding")[0], golden.Pairs("padding")[1]);
                    return new Pad2d(
                        (rows.First, rows.Second, columns.First, columns.Second),
                        Word<PaddingMode>(golden, "mode"),
                        golden.Has("value") ? golden.Number("value") : 0
                    );
                }
            ),
            For(
                "Pad1d",
                golden => new Pad1d(
                    (golden.Ints("padding")[0], golden.Ints("padding")[1]),
                    Word<PaddingMode>(golden, "mode"),
                    golden.Has("value") ? golden.Number("value") : 0
                )
            ),
            For(
                "Upsample2d",
                golden => new Upsample2d(
                    golden.Has("scale") ? Size(golden, "scale") : null,
                    golden.Has("size") ? Size(golden, "size") : null,
                    Word<Interpolation>(golden, "mode"),
                    golden.Flag("alignCorners")
                )
            ),
            For(
                "Upsample1d",
                golden => new Upsample1d(
                    size: golden.Int("size"),
                    interpolation: Word<Interpolation>(golden, "mode"),
                    alignCorners: golden.Flag("alignCorners")
                )
            ),
            For(
                "Unfold",
                golden => new Unfold(
                    Size(golden, "kernelSize"),
                    Size(golden, "stride"),
                    Size(golden, "padding"),
                    Size(golden, "dilation")
                )
            ),
            For(
                "Fold",
                golden => new Fold(
                    Size(golden, "outputSize"),
                    Size(golden, "kernelSize"),
                    Size(golden, "stride"),
                    Size(golden, "padding"),
                    Size(golden, "dilation")
                )
            ),
        ];
}
