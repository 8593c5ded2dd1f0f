using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>One way to make an optimizer; its name begins with that of the class.</summary>
/// <param name="Name">As in <c>generate_optimizers.py</c>, where PyTorch's twin is made.</param>
/// <param name="Make">Makes it over parameters.</param>
/// <param name="Groups">Shares parameters out; one group of all when null.</param>
public sealed record OptimizerCase(
    string Name,
    Func<ParameterGroups, Optimizer> Make,
    Func<Parameter[], ParameterGroups>? Groups = null
)
{
    public bool IsLbfgs => Name.StartsWith(nameof(Lbfgs), StringComparison.Ordinal);

    public Optimizer Over(IEnumerable<Parameter> parameters)
    {
        Parameter[] all = [.. parameters];
        return Make(Groups?.Invoke(all) ?? all);
    }
}

/// <summary>Every optimizer in every form that its file distinguishes.</summary>
public static class OptimizerCases
{
    public static IReadOnlyList<OptimizerCase> All { get; } =
    [
        new("Sgd: plain", p => new Sgd(p, 0.05)),
        new("Sgd: momentum", p => new Sgd(p, 0.02, momentum: 0.9)),
        new("Sgd: Nesterov", p => new Sgd(p, 0.02, momentum: 0.9, nesterov: true)),
        new("Sgd: weight decay", p => new Sgd(p, 0.05, weightDecay: 0.125)),
        new("Sgd: Nesterov, weight decay", p => new Sgd(p, 0.02, 0.9, nesterov: true, weightDecay: 0.125)),
        new("Sgd: two groups", p => new Sgd(p, 0.05, momentum: 0.5, weightDecay: 0.125), Halves(0.25)),
        new("Sgd: clipped by norm", p => new Sgd(p, 0.02, 0.9) { Clipping = GradientClipping.ByNorm(0.5) }),
        new("Sgd: one cycle", p => new Sgd(p, 0.05, momentum: 0.9) { Schedule = Schedule.OneCycle(1000) }),
        new("Adagrad: plain", p => new Adagrad(p, 0.1)),
        new("Adagrad: weight decay", p => new Adagrad(p, 0.1, weightDecay: 0.125)),
        new("Adagrad: other constants", p => new Adagrad(p, 0.2, 0.01, initialSum: 0.1, epsilon: 1e-2)),
        new("Adadelta: plain", p => new Adadelta(p)),
        new("Adadelta: other constants", p => new Adadelta(p, 0.5, rho: 0.95, epsilon: 1e-4, weightDecay: 0.125)),
        new("RmsProp: plain", p => new RmsProp(p)),
        new("RmsProp: momentum", p => new RmsProp(p, 0.002, momentum: 0.9, epsilon: 1e-2)),
        new("RmsProp: centred", p => new RmsProp(p, 0.01, centered: true, epsilon: 1e-2)),
        new(
            "RmsProp: centred, momentum, weight decay",
            p => new RmsProp(p, 0.002, alpha: 0.9, epsilon: 1e-2, momentum: 0.9, centered: true, weightDecay: 0.125)
        ),
        new("Adam: plain", p => new Adam(p, 0.02)),
        new("Adam: weight decay", p => new Adam(p, 0.02, weightDecay: 0.125)),
        new("Adam: other constants", p => new Adam(p, 0.02, beta1: 0.8, beta2: 0.95, epsilon: 1e-2)),
        new("Adam: clipped by value", p => new Adam(p, 0.02) { Clipping = GradientClipping.ByValue(0.05) }),
        new("Adam: one cycle", p => new Adam(p, 0.05) { Schedule = Schedule.OneCycle(1000) }),
        new("AdamW: plain", p => new AdamW(p, 0.02)),
        new("AdamW: weight decay", p => new AdamW(p, 0.02, weightDecay: 0.125)),
        new("AdamW: other constants", p => new AdamW(p, 0.02, 0.8, 0.95, epsilon: 1e-2, weightDecay: 0.5)),
        new("AdamW: two groups", p => new AdamW(p, 0.02, weightDecay: 0.125), Halves(2.5)),
        new("Lbfgs: line search", p => new Lbfgs(p, maxIterations: 1, maxEvaluations: 30)),
        new("Lbfgs: short history", p => new Lbfgs(p, maxIterations: 2, maxEvaluations: 30, historySize: 3)),
        new("Lbfgs: many iterations", p => new Lbfgs(p)),
        new("Lbfgs: no line search", p => new Lbfgs(p, 0.05, maxIterations: 4, lineSearch: false)),
    ];

    public static IEnumerable<TheoryDataRow<string>> Names => All.Select(c => new TheoryDataRow<string>(c.Name));

    public static OptimizerCase Named(string name) => All.Single(c => c.Name == name);

    /// <summary>The first parameter by itself; the others at another rate, without weight decay.</summary>
    private static Func<Parameter[], ParameterGroups> Halves(double factor) =>
        all => [new(all[..1]), new(all[1..]) { LearningRateFactor = factor, WeightDecay = 0 }];
}
