using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>Every schedule that <see cref="Schedule"/> makes, by the name of its method; as in <c>generate_schedules.py</c>.</summary>
public static class ScheduleCases
{
    private const string Prefix = nameof(Schedule) + ".";

    public static IReadOnlyDictionary<string, Func<Schedule>> All { get; } =
        new Dictionary<string, Func<Schedule>>
        {
            ["Constant: half"] = () => Schedule.Constant(0.5),
            ["Step: thirds"] = () => Schedule.Step(3, 1.0 / 3),
            ["MultiStep: three falls"] = () => Schedule.MultiStep([2, 5, 6]),
            ["Exponential: 0.95"] = () => Schedule.Exponential(0.95),
            ["Cosine: once"] = () => Schedule.Cosine(12, lowestFactor: 0.1),
            ["Cosine: restarts"] = () => Schedule.Cosine(5, restarts: 2),
            ["Cosine: growing"] = () => Schedule.Cosine(3, lowestFactor: 0.01, restarts: 2, growth: 2),
            ["OneCycle: usual"] = () => Schedule.OneCycle(25),
            ["OneCycle: other constants"] = () => Schedule.OneCycle(17, 0.45, 10, 100, true, 0.7, 0.99),
            ["OneCycle: rate alone"] = () => Schedule.OneCycle(10, warmUpShare: 0.5, moveMomentum: false),
            ["WarmUp: from a third"] = () => Schedule.WarmUp(4, 1.0 / 3),
            ["Plateau: loss"] = () => Schedule.Plateau(patience: 2),
            ["Plateau: accuracy, cool-down, lowest"] = () =>
                Schedule.Plateau(0.5, 1, 0.01, 2, 0.2, higherIsBetter: true),
            ["Then: warm-up and decay"] = () => Schedule.WarmUp(5, 0.1).Then(Schedule.Exponential(0.9)),
            ["Times: warm-up and steps"] = () => Schedule.WarmUp(4, 0.25).Times(Schedule.Step(3, 0.5)),
        }.ToDictionary(c => Prefix + c.Key, c => c.Value);

    public static IEnumerable<TheoryDataRow<string>> Names => All.Keys.Select(name => new TheoryDataRow<string>(name));
}
