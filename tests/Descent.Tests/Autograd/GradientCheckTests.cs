using Descent.Tests.Tensors;

namespace Descent.Tests.Autograd;

public class GradientCheckTests
{
    private static readonly Tensor X = Tensor.From([0.5, -1.0, 2.0, 0.25, 1.5, -0.75], [2, 3]);

    [Fact]
    public void A_right_gradient_passes()
    {
        var found = GradientCheck.Compare(x => x[0].Tanh() * x[1].Exp(), [X, X * 0.5]);

        Assert.Equal(12, found.Checked);
        Assert.InRange(found.LargestError, 0, 1e-9);
        found.ThrowIfAbove(1e-8);
    }

    [Fact]
    public void A_wrong_gradient_is_found()
    {
        // Detach hides half of the slope of the last row.
        var found = GradientCheck.Compare(
            x => Tensor.Concat([x[0][..1].Square(), x[0][1..] * x[0][1..].Detach() * x[1][1..]]),
            [X, X * 0.5]
        );

        Assert.Equal(0.5, found.LargestError, 1e-6);
        Assert.Equal(0, found.Input);
        Assert.Equal(1, found.Place[0]);
        Assert.Equal(2 * found.Analytic, found.Numeric, 1e-6);
        Misuse.Throws<ArithmeticException>(
            () =>
            {
                found.ThrowIfAbove(1e-8);
                return null;
            },
            "of 12 elements",
            "of input 0",
            "relative error 5.0e-1",
            "tolerance is 1.0e-8"
        );
    }

    [Fact]
    public void A_small_error_is_found()
    {
        var found = GradientCheck.Compare(x => x * 3 + (x.Square() * 1e-6).Detach(), X);

        Assert.InRange(found.LargestError, 1e-7, 2e-6);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_found()
    {
        var found = GradientCheck.Compare(x => x.Sqrt(), Tensor.From([4.0, -1.0]));

        Assert.Equal(double.PositiveInfinity, found.LargestError);
    }

    [Fact]
    public void Some_places_are_enough()
    {
        Assert.Equal(
            4,
            GradientCheck.Compare(x => x.Sum(), Tensor.Zeros([50], DType.Float64), placesPerInput: 4).Checked
        );
        Assert.Equal(0, GradientCheck.Compare(x => x.Sum(), Tensor.Zeros([0], DType.Float64)).Checked);
    }

    [Fact]
    public void A_parameter_is_changed_in_place_and_set_back()
    {
        var weight = new Parameter([3]);
        weight.Convert(DType.Float64);
        weight.Assign(Tensor.From([1.0, 2, 3]));

        var found = GradientCheck.Compare(x => (x[0] * weight).Exp(), [X * 0.25, weight]);

        found.ThrowIfAbove(1e-8);
        Assert.Equal(9, found.Checked);
        Assert.Equal([1.0, 2, 3], weight.ToArray<double>());
    }

    [Fact]
    public void Single_precision_is_refused()
    {
        Misuse.Throws<DTypeException>(
            () => GradientCheck.Compare(x => x, X.To(DType.Float32)),
            "GradientCheck: an input is float32",
            "To(DType.Float64)"
        );
        Misuse.Throws<DTypeException>(
            () => GradientCheck.Compare(x => x.To(DType.Float32), X),
            "the function's result"
        );
    }
}
