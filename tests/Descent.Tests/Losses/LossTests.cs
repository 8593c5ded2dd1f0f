using System.Reflection;
using Descent.Losses;

namespace Descent.Tests.Losses;

/// <summary>What holds for every loss.</summary>
public class LossTests
{
    private static readonly IReadOnlyDictionary<string, GoldenCase> Goldens = Golden.Cases("losses");

    public static IEnumerable<TheoryDataRow<string>> Parts => Rows(LossCases.All);

    public static IEnumerable<TheoryDataRow<string>> Reducing => Rows(LossCases.All.Where(loss => loss.Reduces));

    public static IEnumerable<TheoryDataRow<string>> GoldenParts =>
        Goldens.Keys.Select(name => new TheoryDataRow<string>(name));

    [Fact]
    public void Every_loss_has_a_case_and_golden_values()
    {
        string[] methods =
        [
            .. typeof(Loss)
                .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Select(method => method.Name)
                .Distinct()
                .Order(),
        ];

        Assert.Equal(methods, LossCases.All.Select(loss => loss.Method).Distinct().Order());
        Assert.Equal(methods, Goldens.Values.Select(golden => golden.Op).Distinct().Order());
    }

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(GoldenParts))]
    public void Losses_follow_PyTorch(string part)
    {
        var golden = Goldens[part];
        Tensor[] inputs = [.. golden.Inputs.Select(Make)];
        Tensor[] wanted = [.. inputs.Where((_, index) => golden.Gradients[index] is not null)];
        var expected = golden.Gradients.OfType<GoldenTensor>().ToArray();
        using var recording = Gradients.Record(wanted);
        var loss = LossGoldens.Run(golden, inputs);
        var gradients = Gradients.Of(loss, wanted, Make(golden.Cotangents[0]!));

        Golden.AssertClose(golden.Outputs[0].Values, loss.ToArray<double>(), 1e-12, part);
        for (var index = 0; index < wanted.Length; index++)
        {
            Golden.AssertClose(
                expected[index].Values,
                gradients[index].ToArray<double>(),
                1e-12,
                $"{part}, gradient {index}"
            );
        }
    }

    [Theory]
    [Trait("check", "gradient")]
    [MemberData(nameof(Parts))]
    public void Gradients_agree_with_finite_differences(string part)
    {
        var loss = LossCases.Named(part);
        var (predictions, targets) = (Predictions(loss, 5, 4), loss.MakeTargets(5, 4, DType.Float64));
        foreach (var reduction in Reductions(loss))
        {
            var found = GradientCheck.Compare(x => loss.Compute(x, targets, reduction), predictions);

            Assert.True(found.LargestError <= 1e-8, $"{part}, {reduction}: {found}");
        }
    }

    [Theory]
    [Trait("check", "refusal")]
    [MemberData(nameof(Parts))]
    public void Shapes_that_differ_are_refused(string part)
    {
        var loss = LossCases.Named(part);
        var predictions = Predictions(loss, 3, 4);
        var others =
            loss.Targets == Targets.Labels
                ? (Shape[])
                    [
                        [4],
                        [1],
                        [3, 1],
                        [],
                    ]
                :
                [
                    [3, 1],
                    [1, 4],
                    [4, 3],
                ];
        foreach (var shape in others)
        {
            var targets =
                loss.Targets == Targets.Labels
                    ? Tensor.Zeros(shape, DType.Int64)
                    : Tensor.Ones(shape, DType.Float64) * 0.25;

            var problem = Assert.Throws<ShapeException>(() => loss.Compute(predictions, targets, Reduction.Mean));
            Assert.Contains("(3, 4)", problem.Message, StringComparison.Ordinal);
            Assert.Contains(shape.ToString(), problem.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Whole_numbers_are_refused_as_predictions(string part)
    {
        var loss = LossCases.Named(part);
        var targets = loss.MakeTargets(3, 4, DType.Float32);

        Assert.Throws<DTypeException>(() => loss.Compute(Tensor.Ones([3, 4], DType.Int64), targets, Reduction.Mean));
    }

    [Theory]
    [MemberData(nameof(Reducing))]
    public void Reductions_belong_together(string part)
    {
        var loss = LossCases.Named(part);
        var (predictions, targets) = (Predictions(loss, 6, 4), loss.MakeTargets(6, 4, DType.Float64));
        var each = loss.Compute(predictions, targets, Reduction.None).ToArray<double>();
        var sum = loss.Compute(predictions, targets, Reduction.Sum).ToScalar();
        var mean = loss.Compute(predictions, targets, Reduction.Mean).ToScalar();

        Assert.Equal(each.Sum(), sum, 12);
        Assert.InRange(mean, 0, sum);
        Assert.All(each, value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(Reducing))]
    public void An_empty_batch_sums_to_zero(string part)
    {
        var loss = LossCases.Named(part);
        var (predictions, targets) = (Predictions(loss, 0, 4), loss.MakeTargets(0, 4, DType.Float64));
        using var recording = Gradients.Record(predictions);
        var sum = loss.Compute(predictions, targets, Reduction.Sum);

        Assert.Equal(0, sum.ToScalar());
        Assert.Equal([0, 4], Gradients.Of(sum, predictions)[0].Shape);
        Assert.Equal(0, loss.Compute(predictions, targets, Reduction.None).Shape[0]);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Huge_predictions_give_finite_losses_and_gradients(string part)
    {
        var loss = LossCases.Named(part);
        foreach (var dtype in (DType[])[DType.Float32, DType.Float64])
        {
            double[] values = loss.Predicted == Predicted.Probabilities ? [0, 1, 1e-40, 1 - 1e-7] : [1e6, -1e6, 0, 5e5];
            var predictions = Tensor.From([.. values, .. values.Reverse()], [2, 4]).To(dtype);
            var targets = loss.MakeTargets(2, 4, dtype);
            using var recording = Gradients.Record(predictions);
            var result = loss.Compute(predictions, targets, Reduction.Mean);

            Assert.True(double.IsFinite(result.ToScalar()), $"{part} in {dtype}: {result}");
            Assert.All(
                Gradients.Of(result, predictions)[0].To(DType.Float64).ToArray<double>(),
                slope => Assert.True(double.IsFinite(slope))
            );
        }
    }

    private static Tensor Predictions(LossCase loss, int rows, int columns) =>
        loss.MakePredictions(rows, columns, DType.Float64);

    private static Reduction[] Reductions(LossCase loss) =>
        loss.Reduces ? [Reduction.Mean, Reduction.Sum, Reduction.None] : [Reduction.Mean];

    private static Tensor Make(GoldenTensor golden) =>
        Tensor.From(golden.Values, new Shape(golden.Shape)).To(golden.Type);

    private static IEnumerable<TheoryDataRow<string>> Rows(IEnumerable<LossCase> cases) =>
        cases.Select(loss => new TheoryDataRow<string>(loss.Name));
}
