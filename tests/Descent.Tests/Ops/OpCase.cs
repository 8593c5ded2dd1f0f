namespace Descent.Tests.Ops;

/// <summary>Where an input's numbers are drawn from, so that no kink lies near.</summary>
public enum Domain
{
    /// <summary>Between −2 and 2.</summary>
    Real,

    /// <summary>Between −2 and 2, but not within 1/8 of zero.</summary>
    NonZero,

    /// <summary>Between 1/4 and 3.</summary>
    Positive,

    /// <summary>Between 0 and 1.</summary>
    Unit,

    /// <summary>No two numbers of all inputs of a case closer than 1/32, none within 1/64 of a multiple of 1/4.</summary>
    Distinct,
}

/// <summary>How an input lies in memory.</summary>
public enum Layout
{
    Plain,

    /// <summary>The last two axes exchanged in memory.</summary>
    Transposed,

    /// <summary>Every second place along the last axis, from the second on; NaN between.</summary>
    Sliced,

    /// <summary>The first axis repeated by a zero stride.</summary>
    Repeated,
}

/// <summary>A floating-point input of a case.</summary>
public sealed record OpInput(Shape Shape, Domain Domain = Domain.Real, Layout Layout = Layout.Plain)
{
    /// <summary>The numbers in row-major order: multiples of 1/256, which float32 holds exactly.</summary>
    public double[] Values(int number)
    {
        var random = new Random(1000 * number + (int)Shape.Count);
        var values = new double[Shape.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var unit = random.Next(1, 256) / 256.0;
            values[i] = Domain switch
            {
                Domain.Real => Quantized(4 * unit - 2),
                Domain.NonZero => Quantized(unit * 1.875 + 0.125) * (random.Next(2) == 0 ? 1 : -1),
                Domain.Positive => Quantized(unit * 2.75 + 0.25),
                Domain.Unit => unit,
                _ => (i - values.Length / 2) / 4.0 + 1 / 32.0 + number % 6 / 32.0,
            };
        }

        if (Domain == Domain.Distinct)
        {
            random.Shuffle(values);
        }

        if (Layout == Layout.Repeated)
        {
            var row = values.Length / Math.Max(1, Shape[0]);
            for (var i = row; i < values.Length; i++)
            {
                values[i] = values[i % row];
            }
        }

        return values;
    }

    /// <summary>The input on a device, in its layout.</summary>
    public Tensor Make(int number, Device device, DType dtype)
    {
        var plain = Tensor.From(Values(number), Shape).To(dtype).To(device);
        switch (Layout)
        {
            case Layout.Transposed:
                return plain.Transpose().Clone().Transpose();
            case Layout.Sliced:
                var between = Tensor.Full(Shape, double.NaN, dtype).To(device);
                var doubled = Tensor.Stack([between, plain], -1).Flatten(Shape.Rank - 1);
                return doubled[[.. Enumerable.Repeat(new Slice(..), Shape.Rank - 1), new Slice(1.., 2)]];
            case Layout.Repeated:
                return plain[new Slice(..1)].BroadcastTo(Shape);
            default:
                return plain;
        }
    }

    private static double Quantized(double value) => Math.Round(value * 256) / 256;
}

/// <summary>An operation on given inputs; the name begins with the method's: <c>Exp: a scalar</c>.</summary>
public sealed record OpCase(string Name, Func<Tensor[], Tensor> Function, OpInput[] Inputs)
{
    /// <summary>Whether its result has a gradient; false for places and truth values.</summary>
    public bool IsDifferentiable { get; init; } = true;

    public string Method => Name[..Name.IndexOf(':')];

    public Tensor[] MakeInputs(Device device, DType dtype) =>
        [.. Inputs.Select((input, number) => input.Make(number, device, dtype))];

    public override string ToString() => Name;
}
