using Descent.Layers;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Layers;

/// <summary>What is dropped, against its definition: a share p of pieces becomes zero, the rest is scaled, all alike within a piece.</summary>
public class SpatialDropoutTests
{
    public static TheoryData<string> Parts => new() { "SpatialDropout1d: channels", "SpatialDropout2d: channels" };

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(Parts))]
    public void A_share_of_the_pieces_is_dropped_and_the_rest_scaled(string part)
    {
        const int PieceLength = 6;
        foreach (var probability in (double[])[0.2, 0.5, 0.9])
        {
            SpatialDropout layer = part.StartsWith(nameof(SpatialDropout1d), StringComparison.Ordinal)
                ? new SpatialDropout1d(probability)
                : new SpatialDropout2d(probability);
            layer.Initialize(4);
            Shape shape = layer is SpatialDropout2d ? [40, 50, 2, 3] : [40, 50, 6];
            var input = Tensor.RandomUniform(shape, new RandomSource(1, "input"), 0.5, 1.5);
            var values = input.ToArray<float>();
            float[] first,
                second;
            using (Gradients.RecordTraining())
            {
                first = layer.Forward(input).ToArray<float>();
                second = layer.Forward(input).ToArray<float>();
            }

            var scale = (float)(1 / (1 - probability));
            var dropped = 0;
            for (var start = 0; start < values.Length; start += PieceLength)
            {
                var isDropped = first[start] == 0;
                dropped += isDropped ? 1 : 0;
                for (var i = start; i < start + PieceLength; i++)
                {
                    Assert.Equal(isDropped ? 0 : values[i] * scale, first[i], 1e-5f);
                }
            }

            var pieces = values.Length / PieceLength;
            var spread = Math.Sqrt(probability * (1 - probability) / pieces);
            Assert.InRange(dropped / (double)pieces, probability - 5 * spread, probability + 5 * spread);
            Assert.NotEqual(first, second);
            Assert.Equal(values, layer.Forward(input).ToArray<float>());
        }
    }

    [Fact]
    public void A_share_outside_its_range_is_refused()
    {
        foreach (var share in (double[])[-0.1, 1, double.NaN])
        {
            Assert.Contains("Dropout: the share", Refused(() => new Dropout(share)), StringComparison.Ordinal);
            Assert.Contains("SpatialDropout1d: ", Refused(() => new SpatialDropout1d(share)), StringComparison.Ordinal);
            Assert.Contains("SpatialDropout2d: ", Refused(() => new SpatialDropout2d(share)), StringComparison.Ordinal);
        }

        static string Refused(Func<Layer> make) => Assert.Throws<ArgumentOutOfRangeException>(make).Message;
    }
}
