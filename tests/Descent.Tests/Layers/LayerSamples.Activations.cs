using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Activations() =>
        [
            DrawPlain(() => new Relu()),
            DrawPlain(() => new Sigmoid()),
            DrawPlain(() => new Tanh()),
            DrawPlain(() => new Selu()),
            DrawPlain(() => new Silu()),
            DrawPlain(() => new HardSigmoid()),
            DrawPlain(() => new HardTanh()),
            DrawPlain(() => new HardSwish()),
            Draw<LeakyRelu>(
                from shape in AnyShape(1, 4)
                from slope in From(0, 20)
                select new LayerSample(() => new LeakyRelu(slope / 10.0), shape)
            ),
            Draw<PRelu>(
                from shape in AnyShape(2, 4)
                from each in Either
                select new LayerSample(() => new PRelu(each ? shape[1] : 1), shape)
            ),
            Draw<Elu>(
                from shape in AnyShape(1, 4)
                from alpha in From(0, 6)
                select new LayerSample(() => new Elu(alpha / 2.0), shape)
            ),
            Draw<Gelu>(
                from shape in AnyShape(1, 4)
                from approximate in Either
                select new LayerSample(() => new Gelu(approximate), shape)
            ),
            Draw<Softplus>(
                from shape in AnyShape(1, 4)
                from beta in From(1, 6)
                select new LayerSample(() => new Softplus(beta / 2.0), shape)
            ),
            Draw<Maxout>(
                from shape in AnyShape(1, 4)
                from pieces in From(1, 4)
                from axis in From(0, 3)
                let halved = axis % shape.Rank
                select new LayerSample(() => new Maxout(pieces, halved), shape.With(halved, pieces * shape[halved]))
            ),
            Draw<Glu>(
                from shape in AnyShape(1, 4)
                from axis in From(0, 3)
                let halved = axis % shape.Rank
                select new LayerSample(() => new Glu(halved), shape.With(halved, 2 * shape[halved]))
            ),
            DrawPlain(() => new Softmax()),
            DrawPlain(() => new LogSoftmax()),
        ];
}
