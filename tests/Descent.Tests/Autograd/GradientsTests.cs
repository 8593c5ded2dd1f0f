using Descent.Tests.Tensors;

namespace Descent.Tests.Autograd;

public class GradientsTests
{
    private static readonly double[] Values = [1, -2, 3];

    [Fact]
    public void Of_a_sum_of_squares_is_twice_the_input()
    {
        var x = Tensor.From(Values);
        using var recording = Gradients.Record(x);

        Assert.Equal([2.0, -4, 6], Gradients.Of((x * x).Sum(), x)[0].ToArray<double>());
    }

    [Fact]
    public void Paths_add_up()
    {
        var x = Tensor.From(Values);
        using var recording = Gradients.Record(x);
        var y = x * 2;
        var z = y * y + y + x;

        Assert.Equal([11.0, 0, 0], Gradients.Of(z[0], x)[0].ToArray<double>());
        Assert.Equal([11.0, -13, 27], Gradients.Of(z.Sum(), x)[0].ToArray<double>());
    }

    [Fact]
    public void The_same_recording_may_be_asked_twice()
    {
        var x = Tensor.From(Values);
        using var recording = Gradients.Record(x);
        var (first, second) = ((x * x).Sum(), (x * 3).Sum());

        Assert.Equal([2.0, -4, 6], Gradients.Of(first, x)[0].ToArray<double>());
        Assert.Equal([3.0, 3, 3], Gradients.Of(second, x)[0].ToArray<double>());
        Assert.Equal([2.0, -4, 6], Gradients.Of(first, x)[0].ToArray<double>());
    }

    [Fact]
    public void A_cotangent_weighs_the_outputs()
    {
        var x = Tensor.From(Values);
        using var recording = Gradients.Record(x);

        var gradient = Gradients.Of(x.Square(), [x], Tensor.From([1.0, 10, 100]))[0];

        Assert.Equal([2.0, -40, 600], gradient.ToArray<double>());
    }

    [Fact]
    public void Inputs_without_influence_have_zeros()
    {
        var (x, y) = (Tensor.From(Values), Tensor.Ones([2, 2], DType.Float64));
        using var recording = Gradients.Record(x, y);

        var gradients = Gradients.Of(x.Sum(), x, y);

        Assert.Equal([1.0, 1, 1], gradients[0].ToArray<double>());
        Assert.Equal(new double[4], gradients[1].ToArray<double>());
        Assert.Equal(new Shape(2, 2), gradients[1].Shape);
    }

    [Fact]
    public void An_input_may_be_the_output()
    {
        var x = Tensor.Scalar(2.0);
        using var recording = Gradients.Record(x);

        Assert.Equal(1, Gradients.Of(x, x)[0].ToScalar());
    }

    [Fact]
    public void A_result_of_an_earlier_recording_may_be_an_input()
    {
        var x = Tensor.From(Values);
        Tensor y;
        using (Gradients.Record(x))
        {
            y = x * 2;
            using (Gradients.Record(y))
            {
                Assert.Equal([4.0, -8, 12], Gradients.Of((y * y).Sum(), y)[0].ToArray<double>());
            }
        }

        Assert.Null(y.Producer);
        using (Gradients.Record(y))
        {
            Assert.Equal([4.0, -8, 12], Gradients.Of((y * y).Sum(), y)[0].ToArray<double>());
        }
    }

    [Fact]
    public void Detached_tensors_stop_the_gradient()
    {
        var x = Tensor.From(Values);
        using var recording = Gradients.Record(x);

        Assert.Equal(Values, Gradients.Of((x * x.Detach()).Sum(), x)[0].ToArray<double>());
        Assert.Equal(new double[3], Gradients.Of(x.Detach().Sum(), x)[0].ToArray<double>());
    }

    [Fact]
    public void Nothing_is_recorded_outside_or_without_need()
    {
        var (x, other) = (Tensor.From(Values), Tensor.From(Values));
        Assert.Null((x * x).Producer);
        using var recording = Gradients.Record(x);

        Assert.Null((other * other).Producer);
        Assert.NotNull((x * other).Producer);
        Assert.Null((x > other).Producer);
        Assert.Null(Gradients.Of((x * x).Sum(), x)[0].Producer);
    }

    [Fact]
    public void Another_thread_does_not_record()
    {
        var x = Tensor.From(Values);
        using var recording = Gradients.Record(x);
        var isRecorded = true;
        var thread = new Thread(() => isRecorded = (x * x).Producer is not null);
        thread.Start();
        thread.Join();

        Assert.False(isRecorded);
    }

    [Fact]
    public void Training_is_said_by_the_recording()
    {
        var x = Tensor.From(Values);
        using (Gradients.RecordTraining(x))
        {
            Assert.True(Tape.IsTraining);
        }

        using (Gradients.Record(x))
        {
            Assert.False(Tape.IsTraining);
        }
    }

    [Fact]
    public void Misuse_is_refused()
    {
        var (x, y) = (Tensor.From(Values), Tensor.From(Values));
        Misuse.Throws<StepException>(() => Gradients.Of(x.Sum(), x), "nothing is recorded", "Gradients.Record(inputs)");
        using var recording = Gradients.Record(x);
        Misuse.Throws<ShapeException>(() => Gradients.Of(x * x, x), "(3)", "one number", "Sum it");
        Misuse.Throws<StepException>(() => Gradients.Of(x.Sum(), y), "not opened for an input of shape (3)");
        Misuse.Throws<ShapeException>(() => Gradients.Of(x * x, [x], Tensor.Ones([2], DType.Float64)), "(3)", "(2)");
        Misuse.Throws<DTypeException>(() => Gradients.Of(x * x, [x], Tensor.Ones([3])), "float64", "float32");
    }
}
