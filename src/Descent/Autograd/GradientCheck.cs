using System.Globalization;
using Descent.Numerics;

namespace Descent;

/// <summary>Checks gradients against finite differences: whether the gradient of an operation, a layer or a loss is right.</summary>
/// <remarks>
/// <para>For g(x) = Σ c · f(x), with a fixed random cotangent c of f's shape, it compares ∂g/∂x by
/// <see cref="Gradients.Of(Tensor, ReadOnlySpan{Tensor}, Tensor)"/> with the central difference of fourth order
/// (8 (g(x + h) − g(x − h)) − (g(x + 2h) − g(x − 2h))) / 12h (Abramowitz and Stegun 1964, 25.3.6).</para>
/// <para>The function must be smooth within 2h of the inputs, and give the same result when it is called again.</para>
/// </remarks>
/// <example><code>
/// GradientCheck.Compare(x => x.Tanh().Sum(), Tensor.From([0.5, -1.0, 2.0])).ThrowIfAbove(1e-8);
/// </code></example>
public static class GradientCheck
{
    /// <summary>h for inputs around 1: what balances the formula's error, h⁴, against rounding, 2⁻⁵³ / h.</summary>
    public const double DefaultStep = 7e-4;

    // Four units in the last place of every value that goes into a difference.
    private const double Rounding = 4 / 9007199254740992.0;

    /// <inheritdoc cref="Compare(Func{Tensor[], Tensor}, Tensor[], bool, int, double)"/>
    public static GradientComparison Compare(
        Func<Tensor, Tensor> function,
        Tensor input,
        bool training = false,
        int placesPerInput = int.MaxValue,
        double step = DefaultStep
    ) => Compare(inputs => function(inputs[0]), [input], training, placesPerInput, step);

    /// <summary>Compares the recorded gradients of a function with finite differences.</summary>
    /// <param name="function">Takes tensors of the inputs' shapes; gives a tensor of any shape.</param>
    /// <param name="inputs">Where to check, in float64. A <see cref="Parameter"/> is changed in place and set back, so that the function may use it from inside a layer.</param>
    /// <param name="training">Whether layers run in training mode: dropout drops (the same elements each time), batch norm uses the batch.</param>
    /// <param name="placesPerInput">How many elements of each input to check, spread over it; all by default.</param>
    /// <param name="step">h for elements of magnitude up to 1; it grows with larger ones.</param>
    /// <returns>The worst element of all.</returns>
    /// <exception cref="DTypeException">An input or the result is not float64.</exception>
    public static GradientComparison Compare(
        Func<Tensor[], Tensor> function,
        Tensor[] inputs,
        bool training = false,
        int placesPerInput = int.MaxValue,
        double step = DefaultStep
    )
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(placesPerInput);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step);
        foreach (var input in inputs)
        {
            RequireDouble(input, "an input");
        }

        var (analytic, cotangent) = Analytic(function, inputs, training);
        var probes = new List<Probe>();
        for (var index = 0; index < inputs.Length; index++)
        {
            var places = (int)Math.Min(inputs[index].Count, placesPerInput);
            var values = inputs[index].ToArray<double>();
            var numeric = new Numeric(function, inputs, index, values, training, cotangent);
            for (var number = 0; number < places; number++)
            {
                var place = (int)((long)number * values.Length / places);
                probes.Add(numeric.At(place, step) with { Analytic = analytic[index][place] });
            }
        }

        return Worst(probes, inputs);
    }

    private static (double[][] Gradients, double[] Cotangent) Analytic(
        Func<Tensor[], Tensor> function,
        Tensor[] inputs,
        bool training
    )
    {
        using var recording = training ? Gradients.RecordTraining(inputs) : Gradients.Record(inputs);
        var output = function(inputs);
        RequireDouble(output, "the function's result");
        var source = new RandomSource(0, "gradient check");
        var seed = Tensor.RandomUniform(output.Shape, source, -1, 1, DType.Float64);
        var gradients = Gradients.Of(output, inputs, seed.To(output.Device));
        return ([.. gradients.Select(gradient => gradient.ToArray<double>())], seed.ToArray<double>());
    }

    private static GradientComparison Worst(List<Probe> probes, Tensor[] inputs)
    {
        var worst = new GradientComparison(0, 0, [], 0, 0, probes.Count);
        if (probes.Count == 0)
        {
            return worst;
        }

        var slopes = probes.SelectMany(probe => (double[])[Math.Abs(probe.Analytic), Math.Abs(probe.Value)]);
        var largest = slopes.Where(double.IsFinite).DefaultIfEmpty().Max();
        foreach (var probe in probes)
        {
            var error = probe.RelativeError(largest);
            if (error > worst.LargestError || double.IsNaN(error))
            {
                worst = worst with
                {
                    LargestError = double.IsNaN(error) ? double.PositiveInfinity : error,
                    Input = probe.Input,
                    Place = Coordinates(inputs[probe.Input].Shape, probe.Place),
                    Analytic = probe.Analytic,
                    Numeric = probe.Value,
                };
            }

            if (double.IsPositiveInfinity(worst.LargestError))
            {
                break;
            }
        }

        return worst;
    }

    private static int[] Coordinates(Shape shape, int place)
    {
        var coordinates = new int[shape.Rank];
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            (place, coordinates[axis]) = Math.DivRem(place, shape[axis]);
        }

        return coordinates;
    }

    private static void RequireDouble(Tensor tensor, string what)
    {
        if (tensor.DType != DType.Float64)
        {
            throw new DTypeException(
                $"GradientCheck: {what} is {tensor.DType.Name()}; finite differences need float64. Convert with To(DType.Float64)."
            );
        }
    }

    /// <summary>One element's two slopes, and how much rounding the numeric one may carry.</summary>
    private readonly record struct Probe(int Input, int Place, double Analytic, double Value, double Rounding)
    {
        // Slopes a thousand times smaller than the largest carry the formula's error of the others.
        internal double RelativeError(double largest)
        {
            var difference = Math.Abs(Analytic - Value) - Rounding;
            var scale = Math.Max(Math.Max(Math.Abs(Analytic), Math.Abs(Value)), 1e-3 * largest);
            return difference <= 0 ? 0 : difference / scale;
        }
    }

    /// <summary>Differences of the function by the elements of one input.</summary>
    private sealed class Numeric(
        Func<Tensor[], Tensor> function,
        Tensor[] inputs,
        int index,
        double[] values,
        bool training,
        double[] cotangent
    )
    {
        internal Probe At(int place, double step)
        {
            var x = values[place];
            var h = step * Math.Max(1, Math.Abs(x));
            double[][] f = [Run(place, x - 2 * h), Run(place, x - h), Run(place, x + h), Run(place, x + 2 * h)];
            double slope = 0;
            double size = 0;
            for (var i = 0; i < cotangent.Length; i++)
            {
                slope += cotangent[i] * (8 * (f[2][i] - f[1][i]) - (f[3][i] - f[0][i]));
                size += Math.Abs(cotangent[i] * f[2][i]);
            }

            return new Probe(index, place, 0, slope / (12 * h), Rounding * size / h);
        }

        private double[] Run(int place, double value)
        {
            var changed = (double[])values.Clone();
            changed[place] = value;
            var tensor = Tensor.From(changed, inputs[index].Shape);
            if (inputs[index] is not Parameter parameter)
            {
                var others = (Tensor[])inputs.Clone();
                others[index] = tensor.To(inputs[index].Device);
                return Evaluate(others);
            }

            parameter.Assign(tensor);
            try
            {
                return Evaluate(inputs);
            }
            finally
            {
                parameter.Assign(Tensor.From(values, parameter.Shape));
            }
        }

        private double[] Evaluate(Tensor[] arguments)
        {
            using var recording = training ? Gradients.RecordTraining() : Gradients.Record();
            return function(arguments).ToArray<double>();
        }
    }
}

/// <summary>What <see cref="GradientCheck"/> found: its worst element.</summary>
/// <param name="LargestError">|analytic − numeric| / max(|analytic|, |numeric|) at the worst element, less what rounding explains; ∞ when one is NaN.</param>
/// <param name="Input">The number of the input that the worst element belongs to.</param>
/// <param name="Place">The worst element's coordinates in that input; empty when no element differs.</param>
/// <param name="Analytic">The recorded gradient there.</param>
/// <param name="Numeric">The finite difference there.</param>
/// <param name="Checked">How many elements were compared.</param>
public sealed record GradientComparison(
    double LargestError,
    int Input,
    IReadOnlyList<int> Place,
    double Analytic,
    double Numeric,
    int Checked
)
{
    /// <summary>Throws when the largest error is above a tolerance; 1e-8 suits smooth functions.</summary>
    /// <exception cref="ArithmeticException">The error is above the tolerance; the message names the element and both values.</exception>
    public void ThrowIfAbove(double tolerance)
    {
        if (LargestError > tolerance)
        {
            throw new ArithmeticException(
                string.Create(CultureInfo.InvariantCulture, $"{this} The tolerance is {tolerance:0.0e+0}.")
            );
        }
    }

    /// <summary>The finding as a sentence.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"GradientCheck: of {Checked} elements the worst is ({string.Join(", ", Place)}) of input {Input}: gradient {Analytic:R}, finite difference {Numeric:R}, relative error {LargestError:0.0e+0}."
        );
}
