using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>The numbers that activations are made with.</summary>
public class ActivationTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Slopes_and_depths_that_are_no_numbers_are_refused_by_name(double value) =>
        Assert.All(
            ((string, Action)[])
                [
                    ("alpha", () => _ = new Elu(value)),
                    ("slope", () => _ = new LeakyRelu(value)),
                    ("slope", () => _ = new PRelu(1, value)),
                ],
            row => Assert.Equal(row.Item1, Assert.Throws<ArgumentOutOfRangeException>(row.Item2).ParamName)
        );
}
