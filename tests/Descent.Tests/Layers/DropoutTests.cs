using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>Dropout against its definition, element by element.</summary>
public class DropoutTests
{
    [Theory]
    [Trait("check", "golden")]
    [InlineData("Dropout: a tenth", 0.1)]
    [InlineData("Dropout: half", 0.5)]
    [InlineData("Dropout: nine tenths", 0.9)]
    public void An_element_is_dropped_with_its_probability_and_scaled_otherwise(string part, double probability)
    {
        Assert.StartsWith(nameof(Dropout), part, StringComparison.Ordinal);
        const int Count = 100_000;
        Sequential net = [new Dropout(probability)];
        net.Initialize(1);
        var input = Tensor.Linspace(1, 2, Count, DType.Float64);
        using var recording = Gradients.RecordTraining(input);
        var output = net.Forward(input);
        var slopes = Gradients.Of(output.Sum(), input)[0].ToArray<double>();
        var (x, y) = (input.ToArray<double>(), output.ToArray<double>());
        var dropped = 0;
        for (var i = 0; i < Count; i++)
        {
            var isDropped = y[i] == 0;
            dropped += isDropped ? 1 : 0;
            Assert.Equal(isDropped ? 0 : x[i] / (1 - probability), y[i], tolerance: 1e-12);
            Assert.Equal(isDropped ? 0 : 1 / (1 - probability), slopes[i], tolerance: 1e-12);
        }

        // Five standard deviations of a binomial distribution.
        var deviation = Math.Sqrt(Count * probability * (1 - probability));
        Assert.InRange(dropped, Count * probability - 5 * deviation, Count * probability + 5 * deviation);
        Assert.NotEqual(y, net.Forward(input).ToArray<double>());
    }
}
