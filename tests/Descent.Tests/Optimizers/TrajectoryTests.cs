using System.Text.Json;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>The optimizers go where PyTorch's go: 200 steps in float64 on the problem of <c>generate_optimizers.py</c>.</summary>
public class TrajectoryTests
{
    private const double Tolerance = 1e-12;

    private static readonly JsonElement Document = Golden.Document("optimizers");

    public static IEnumerable<TheoryDataRow<string>> Names() =>
        Cases().Select(golden => new TheoryDataRow<string>(golden.GetProperty("name").GetString()!));

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_stay_on_the_trajectory(string name)
    {
        var golden = Cases().Single(golden => golden.GetProperty("name").GetString() == name);
        var terms = new[] { new Term("weight"), new Term("bias") };
        var optimizer = Make(golden, terms);
        var steps = Golden.Ints(Document.GetProperty("steps"));
        for (var step = 1; step <= steps[^1]; step++)
        {
            using (var training = optimizer.BeginStep())
            {
                training.Minimize(terms[0].Loss() + terms[1].Loss());
            }

            if (Array.IndexOf(steps, step) is >= 0 and var place)
            {
                foreach (var term in terms)
                {
                    var expected = Golden.Doubles(golden.GetProperty(term.Name)[place]);
                    Golden.AssertClose(expected, term.Values, Tolerance, $"{name}, {term.Name} after {step} steps");
                }
            }
        }
    }

    private static JsonElement.ArrayEnumerator Cases() => Document.GetProperty("cases").EnumerateArray();

    private static Optimizer Make(JsonElement golden, Term[] terms)
    {
        var options = golden.GetProperty("groups").EnumerateArray().ToArray();
        double Number(string option) => options[0].GetProperty(option).GetDouble();
        var rate = Number("learningRate");
        ParameterGroups groups =
            options.Length == 1
                ? [new(terms.Select(term => term.Parameter))]
                :
                [
                    .. terms.Select(
                        (term, i) =>
                            new ParameterGroup([term.Parameter])
                            {
                                LearningRateFactor = options[i].GetProperty("learningRate").GetDouble() / rate,
                                WeightDecay = options[i].GetProperty("weightDecay").GetDouble(),
                            }
                    ),
                ];
        var decay = Number("weightDecay");
        if (golden.GetProperty("optimizer").GetString() == "SGD")
        {
            return new Sgd(groups, rate, Number("momentum"), options[0].GetProperty("nesterov").GetBoolean(), decay);
        }

        var betas = Golden.Doubles(options[0].GetProperty("betas"));
        var epsilon = Number("epsilon");
        return golden.GetProperty("optimizer").GetString() == "Adam"
            ? new Adam(groups, rate, betas[0], betas[1], epsilon, decay)
            : new AdamW(groups, rate, betas[0], betas[1], epsilon, decay);
    }

    /// <summary>One parameter and its part of the loss.</summary>
    private sealed class Term
    {
        private readonly double[] centre;
        private readonly double[] curvature;
        private readonly double[] ripple;

        public Term(string name)
        {
            Name = name;
            var problem = Document.GetProperty("problem");
            double[] Of(string part) => Golden.Doubles(problem.GetProperty(part).GetProperty(name));
            (centre, curvature, ripple) = (Of("centre"), Of("curvature"), Of("ripple"));
            var start = Tensor.From(
                Of("start"),
                new Shape(Golden.Ints(problem.GetProperty("shapes").GetProperty(name)))
            );
            Parameter = new Parameter(start.Shape, (_, _, _) => start);
            Parameter.Convert(DType.Float64);
            Parameter.Assign(start);
        }

        public string Name { get; }

        public Parameter Parameter { get; }

        public double[] Values => Parameter.ToArray<double>();

        /// <summary>The sum of slope · p, whose gradient is the slope of the problem at p: no operation has a sine.</summary>
        public Tensor Loss()
        {
            var slopes = Values
                .Select((p, i) => curvature[i] * (p - centre[i]) + 3 * ripple[i] * Math.Cos(3 * p))
                .ToArray();
            return (Parameter * Tensor.From(slopes, Parameter.Shape)).Sum();
        }
    }
}
