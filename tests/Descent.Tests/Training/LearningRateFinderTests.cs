using System.Globalization;
using Descent.Data;
using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Training;

namespace Descent.Tests.Training;

public class LearningRateFinderTests
{
    private static readonly Tensor X = Tensor.RandomNormal([64, 6], new RandomSource(1, "x"));
    private static readonly Tensor Y = X.MatMul(Tensor.RandomNormal([6, 3], new RandomSource(1, "w"))).ArgMax(1);

    private readonly Sequential model =
    [
        new Linear(6, 16),
        new BatchNorm1d(16),
        new Relu(),
        new Dropout(0.1),
        new Linear(16, 3),
    ];
    private readonly DataLoader<(Tensor X, Tensor Y)> data = new(
        64,
        16,
        (samples, _) =>
        {
            var rows = Tensor.From(samples.ToArray());
            return (X.Take(rows), Y.Take(rows));
        },
        shuffle: true
    );

    public LearningRateFinderTests() => model.Initialize(3);

    [Fact]
    public void The_curve_rises_falls_and_suggests_a_rate_that_learns()
    {
        var optimizer = new Sgd(model, 0.1, momentum: 0.9);
        var curve = LearningRateFinder.Find(model, optimizer, data, LossOf, 1e-5, 100, steps: 80);
        var suggested = Assert.NotNull(curve.Suggestion);

        Assert.True(curve.HasDiverged);
        Assert.InRange(curve.Points.Count, 20, 79);
        Assert.Equal(1e-5, curve.Points[0].LearningRate);
        Assert.All(
            curve.Points.Zip(curve.Points.Skip(1)),
            p => Assert.True(p.First.LearningRate < p.Second.LearningRate)
        );
        Assert.InRange(suggested, 1e-3, 1);
        optimizer.LearningRate = suggested;
        Assert.True(Train(optimizer, 40) < 0.5 * curve.Points[0].Loss);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Everything_is_afterwards_as_it_was_to_the_bit(bool breaks)
    {
        var optimizer = new Adam(model, 0.01) { Schedule = Schedule.Plateau(patience: 0) };
        Train(optimizer, 6);
        optimizer.Observe(1);
        optimizer.Observe(2);
        using (var partly = data.GetEnumerator())
        {
            partly.MoveNext();
        }

        var (before, schedule) = (Bits(optimizer), optimizer.Schedule);
        var calls = 0;
        var found = Record.Exception(() =>
            LearningRateFinder.Find(
                model,
                optimizer,
                data,
                batch => breaks && ++calls == 9 ? throw new TimeoutException() : LossOf(batch),
                highest: 1e9
            )
        );

        Assert.Equal(breaks, found is TimeoutException);
        Assert.Equal(before, Bits(optimizer));
        Assert.Same(schedule, optimizer.Schedule);
        Assert.Equal((0.01, 0.001), (optimizer.LearningRate, optimizer.CurrentLearningRate));
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_test_with_what_was_found()
    {
        var calls = 0;
        var curve = LearningRateFinder.Find(
            model,
            new Sgd(model, 0.1),
            data,
            batch => LossOf(batch) * (++calls == 5 ? double.NaN : 1)
        );

        Assert.True(curve.HasDiverged);
        Assert.Equal(4, curve.Points.Count);
    }

    [Fact]
    public void A_loss_that_only_rises_suggests_nothing()
    {
        LearningRatePoint[] points = [new(0.1, 1, 1), new(0.2, 2, 2)];

        Assert.Null(new LearningRateCurve(points, false).Suggestion);
        Assert.Null(new LearningRateCurve([], true).Suggestion);
    }

    [Fact]
    public void Settings_out_of_range_are_refused_by_name()
    {
        var optimizer = new Sgd(model, 0.1);
        foreach (
            var (name, find) in ((string, Action)[])
                [
                    ("lowest", () => LearningRateFinder.Find(model, optimizer, data, LossOf, lowest: 0)),
                    ("lowest", () => LearningRateFinder.Find(model, optimizer, data, LossOf, 1, 1)),
                    ("steps", () => LearningRateFinder.Find(model, optimizer, data, LossOf, steps: 1)),
                    ("smoothing", () => LearningRateFinder.Find(model, optimizer, data, LossOf, smoothing: 1)),
                    ("divergence", () => LearningRateFinder.Find(model, optimizer, data, LossOf, divergence: 1)),
                ]
        )
        {
            Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(find).ParamName);
        }
    }

    private Tensor LossOf((Tensor X, Tensor Y) batch) => Loss.CrossEntropy(model.Forward(batch.X), batch.Y);

    private double Train(Optimizer optimizer, int epochs)
    {
        var last = 0.0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var batch in data)
            {
                using var step = optimizer.BeginStep();
                last = step.Minimize(LossOf(batch));
            }
        }

        return last;
    }

    private List<string> Bits(Optimizer optimizer)
    {
        var place = data.Place;
        var following = Fingerprint.Of(data.First().X);
        data.Place = place;
        return
        [
            following,
            .. model
                .StateDict()
                .Concat(optimizer.StateDict())
                .Select(entry =>
                    $"{entry.Key} {string.Join(',', entry.Value.To(DType.Float64).ToArray<double>().Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}"
                ),
        ];
    }
}
