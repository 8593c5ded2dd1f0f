using System.Text.Json;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>The optimizers go where PyTorch's go: 1,000 steps in float64 on the problem of <c>generate_optimizers.py</c>.</summary>
public class TrajectoryTests
{
    private const double Tolerance = 1e-9;

    private static readonly JsonElement Document = Golden.Document("optimizers");

    public static IEnumerable<TheoryDataRow<string>> Elementwise =>
        OptimizerCases.All.Where(c => !c.IsLbfgs).Select(c => new TheoryDataRow<string>(c.Name));

    public static IEnumerable<TheoryDataRow<string>> Searching =>
        OptimizerCases.All.Where(c => c.IsLbfgs).Select(c => new TheoryDataRow<string>(c.Name));

    [Fact]
    public void Every_optimizer_has_a_case_and_every_case_a_trajectory()
    {
        var optimizers = typeof(Optimizer).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Optimizer)));
        var goldens = Cases("cases").Concat(Cases("valleys")).Select(golden => golden.GetProperty("name").GetString());

        Assert.All(optimizers, o => Assert.Contains(OptimizerCases.All, c => c.Name.StartsWith(o.Name + ": ")));
        Assert.Equal(OptimizerCases.All.Select(c => c.Name), goldens);
    }

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(Elementwise))]
    public void Parameters_stay_on_the_trajectory(string part)
    {
        var golden = Cases("cases").Single(golden => golden.GetProperty("name").GetString() == part);
        var terms = new[] { new Term("weight"), new Term("bias") };
        var optimizer = OptimizerCases.Named(part).Over(terms.Select(term => term.Parameter));
        var steps = Golden.Ints(Document.GetProperty("steps"));
        for (var step = 1; step <= steps[^1]; step++)
        {
            using (var training = optimizer.BeginStep())
            {
                training.Minimize(terms[0].Loss(step) + terms[1].Loss(step));
            }

            if (Array.IndexOf(steps, step) is >= 0 and var place)
            {
                foreach (var term in terms)
                {
                    var expected = Golden.Doubles(golden.GetProperty(term.Name)[place]);
                    Golden.AssertClose(expected, term.Values, Tolerance, $"{part}, {term.Name} after {step} steps");
                }
            }
        }
    }

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(Searching))]
    public void Searches_through_the_valleys_take_the_same_steps(string part)
    {
        var golden = Cases("valleys").Single(golden => golden.GetProperty("name").GetString() == part);
        var terms = new[] { new Term("weight"), new Term("bias") };
        var optimizer = OptimizerCases.Named(part).Over(terms.Select(term => term.Parameter));
        var steps = Golden.Ints(Document.GetProperty("valleySteps"));
        for (var step = 1; step <= steps[^1]; step++)
        {
            using (var training = optimizer.BeginStep())
            {
                training.Minimize(Valleys);
            }

            if (Array.IndexOf(steps, step) is >= 0 and var place)
            {
                var expected = Golden.Doubles(golden.GetProperty("p")[place]);
                double[] found = [.. terms[0].Values, .. terms[1].Values];
                Golden.AssertClose(expected, found, Tolerance, $"{part} after {step} steps");
            }
        }

        Assert.Equal(steps[^1], optimizer.StepNumber);

        Tensor Valleys()
        {
            var p = Tensor.Concat([terms[0].Parameter.Reshape([6]), terms[1].Parameter]);
            return (10 * (p[1..] - p[..^1].Square()).Square() + (1 - p[..^1]).Square()).Sum();
        }
    }

    private static JsonElement.ArrayEnumerator Cases(string list) => Document.GetProperty(list).EnumerateArray();

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
        public Tensor Loss(int step)
        {
            var jolt = (step % 7 - 3) / 8.0;
            var slopes = Values
                .Select((p, i) => curvature[i] * (p - centre[i]) + 3 * ripple[i] * Math.Cos(3 * p) + jolt)
                .ToArray();
            return (Parameter * Tensor.From(slopes, Parameter.Shape)).Sum();
        }
    }
}
