using System.Text.Json;
using Descent.Layers;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>Schedules give PyTorch's rates, go on from a saved optimizer, and compose.</summary>
public class ScheduleTests
{
    private static readonly Dictionary<string, JsonElement> Goldens = Golden
        .Document("schedules")
        .GetProperty("schedules")
        .EnumerateArray()
        .ToDictionary(golden => "Schedule." + golden.GetProperty("name").GetString());

    [Fact]
    public void Every_schedule_has_a_case()
    {
        var made = typeof(Schedule).GetMethods().Where(m => m.ReturnType == typeof(Schedule)).Select(m => m.Name);

        // An epoch's schedule is the same one at other steps: tested below.
        Assert.All(
            made.Except([nameof(Schedule.PerEpoch)]),
            name => Assert.Contains(ScheduleCases.All.Keys, key => key.StartsWith($"Schedule.{name}: "))
        );
        Assert.Equal(ScheduleCases.All.Keys, Goldens.Keys);
    }

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(ScheduleCases.Names), MemberType = typeof(ScheduleCases))]
    public void Rates_and_momenta_are_the_expected_ones(string part)
    {
        var (golden, optimizer) = (Goldens[part], Make(part));
        var factors = Golden.Doubles(golden.GetProperty("factors"));
        var momenta = golden.TryGetProperty("momenta", out var list) ? Golden.Doubles(list) : null;
        for (var step = 0; step < factors.Length; step++)
        {
            Assert.Equal(0.5 * factors[step], optimizer.CurrentLearningRate, 1e-12);
            Assert.Equal(momenta?[step] ?? 0.9, optimizer.CurrentMomentum, 1e-12);
            Advance(optimizer, golden, step);
        }
    }

    [Theory]
    [Trait("check", "state")]
    [MemberData(nameof(ScheduleCases.Names), MemberType = typeof(ScheduleCases))]
    public void Rates_go_on_from_a_saved_optimizer(string part)
    {
        var (golden, optimizer, resumed) = (Goldens[part], Make(part), Make(part));
        var count = golden.GetProperty("factors").GetArrayLength();
        for (var step = 0; step < count; step++)
        {
            if (step == count / 2)
            {
                resumed.LoadStateDict(optimizer.StateDict());
            }

            if (step >= count / 2)
            {
                Assert.Equal(optimizer.CurrentLearningRate, resumed.CurrentLearningRate);
                Assert.Equal(optimizer.CurrentMomentum, resumed.CurrentMomentum);
                Advance(resumed, golden, step);
            }

            Advance(optimizer, golden, step);
        }

        Assert.Equal(count, resumed.StepNumber);
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData("Schedule.PerEpoch: decay")]
    public void An_epoch_is_a_step_of_its_schedule(string part)
    {
        var schedule = Schedule.Exponential(0.95).PerEpoch(40);
        var cycle = Schedule.OneCycle(10).PerEpoch(7);

        Assert.StartsWith("Schedule.PerEpoch", part, StringComparison.Ordinal);
        Assert.Equal([1, 1, 0.95, 0.95 * 0.95], ((long[])[0, 39, 40, 119]).Select(schedule.FactorAt), Near);
        Assert.Equal(70, cycle.Length);
        Assert.Equal(Schedule.OneCycle(10).MomentumAt(4), cycle.MomentumAt(34));
    }

    [Theory]
    [Trait("check", "state")]
    [InlineData("Schedule.PerEpoch: plateau inside a composition")]
    public void What_a_plateau_saw_is_saved_from_within_a_composition(string part)
    {
        var optimizer = Composed();
        for (var step = 0; step < 6; step++)
        {
            TakeStep(optimizer);
            optimizer.Observe(1);
        }

        var resumed = Composed();
        resumed.LoadStateDict(optimizer.StateDict());

        Assert.StartsWith("Schedule.PerEpoch", part, StringComparison.Ordinal);
        Assert.Equal(0.5 * 0.1 * 0.1, optimizer.CurrentLearningRate, 1e-15);
        Assert.Equal(optimizer.CurrentLearningRate, resumed.CurrentLearningRate);
        optimizer.Schedule = null;
        var problem = Assert.Throws<StateMismatchException>(() => Composed().LoadStateDict(optimizer.StateDict()));
        Assert.Contains("schedule needs 4 numbers", problem.Message, StringComparison.Ordinal);

        // The first observation is the best; every second of those that follow brings a fall.
        static Sgd Composed() =>
            Make(() =>
                Schedule.WarmUp(1, 0.5).Then(Schedule.Plateau(patience: 1).PerEpoch(2)).Times(Schedule.Constant())
            );
    }

    [Fact]
    public void A_schedule_that_moves_the_momentum_needs_one()
    {
        var optimizer = new Sgd(new Linear(2, 2), 0.1);

        Assert.Throws<ArgumentException>(() => optimizer.Schedule = Schedule.OneCycle(10));
        Assert.Throws<ArgumentException>(() => optimizer.Schedule = Schedule.WarmUp(2).Then(Schedule.OneCycle(10)));
        optimizer.Schedule = Schedule.OneCycle(10, moveMomentum: false);
        Assert.Equal(0.1 / 25, optimizer.CurrentLearningRate, 1e-15);
    }

    [Fact]
    public void An_endless_schedule_is_followed_only_after_a_number_of_steps()
    {
        Assert.Throws<InvalidOperationException>(() => Schedule.Exponential(0.9).Then(Schedule.Constant()));
        var late = Schedule.Constant().Then(3, Schedule.Cosine(4)).Then(Schedule.Constant(0.25));

        Assert.Equal([1, 1, 1, 1, 0.5, 0.25], ((long[])[0, 1, 2, 3, 5, 7]).Select(late.FactorAt), Near);
    }

    [Fact]
    public void Settings_out_of_range_are_refused_by_name()
    {
        foreach (
            var (name, make) in ((string, Func<Schedule>)[])
                [
                    ("factor", () => Schedule.Constant(-1)),
                    ("every", () => Schedule.Step(0)),
                    ("decay", () => Schedule.Exponential(double.NaN)),
                    ("decay", () => Schedule.MultiStep([1], -0.1)),
                    ("milestones", () => Schedule.MultiStep([3, 3])),
                    ("milestones", () => Schedule.MultiStep([0])),
                    ("steps", () => Schedule.Cosine(0)),
                    ("restarts", () => Schedule.Cosine(1, restarts: -1)),
                    ("growth", () => Schedule.Cosine(1, growth: 0)),
                    ("lowestFactor", () => Schedule.Cosine(1, -1)),
                    ("warmUpShare", () => Schedule.OneCycle(10, 1)),
                    ("warmUpShare", () => Schedule.OneCycle(3)),
                    ("startDivisor", () => Schedule.OneCycle(10, startDivisor: 0.5)),
                    ("finalDivisor", () => Schedule.OneCycle(10, finalDivisor: 0)),
                    ("lowMomentum", () => Schedule.OneCycle(10, lowMomentum: -1)),
                    ("highMomentum", () => Schedule.OneCycle(10, highMomentum: 1)),
                    ("steps", () => Schedule.WarmUp(0)),
                    ("startFactor", () => Schedule.WarmUp(5, 1.5)),
                    ("decay", () => Schedule.Plateau(2)),
                    ("patience", () => Schedule.Plateau(patience: -1)),
                    ("threshold", () => Schedule.Plateau(threshold: 1)),
                    ("coolDown", () => Schedule.Plateau(coolDown: -1)),
                    ("lowestFactor", () => Schedule.Plateau(lowestFactor: -1)),
                    ("stepsPerEpoch", () => Schedule.Constant().PerEpoch(0)),
                    ("steps", () => Schedule.Constant().Then(0, Schedule.Constant())),
                    ("other", () => Schedule.Constant().Times(null!)),
                ]
        )
        {
            Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(make).ParamName);
        }
    }

    private static Sgd Make(string part) => Make(ScheduleCases.All[part]);

    private static Sgd Make(Func<Schedule> schedule) =>
        new((Parameter[])[new Parameter([1])], 0.5, momentum: 0.9) { Schedule = schedule() };

    private static void Advance(Sgd optimizer, JsonElement golden, int step)
    {
        TakeStep(optimizer);
        if (golden.TryGetProperty("metrics", out var metrics))
        {
            optimizer.Observe(metrics[step].GetDouble());
        }
    }

    private static void TakeStep(Sgd optimizer)
    {
        using var step = optimizer.BeginStep();
        step.Minimize(optimizer.Groups[0].Parameters[0].Sum());
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-12;
}
