using Descent.Losses;
using Descent.Numerics;

namespace Descent.Tests.Losses;

/// <summary>What a loss is given as predictions.</summary>
internal enum Predicted
{
    /// <summary>Any numbers: scores, logits, measurements.</summary>
    Numbers,

    /// <summary>Numbers between 0 and 1.</summary>
    Probabilities,
}

/// <summary>What a loss compares predictions with.</summary>
internal enum Targets
{
    /// <summary>One class number a row.</summary>
    Labels,

    /// <summary>A number for each prediction.</summary>
    Numbers,

    /// <summary>A number between 0 and 1 for each prediction.</summary>
    Probabilities,

    /// <summary>Numbers between 0 and 1 that sum to 1 in each row.</summary>
    Distributions,
}

/// <summary>One way to use a loss, from which <see cref="LossTests"/> makes its tests.</summary>
/// <param name="Name">The method, and after a colon what the case shows; unique.</param>
/// <param name="Compute">The loss of predictions (N, K) and targets.</param>
/// <param name="Predicted">What it takes as predictions.</param>
/// <param name="Targets">What it takes as targets.</param>
internal sealed record LossCase(
    string Name,
    Func<Tensor, Tensor, Reduction, Tensor> Compute,
    Targets Targets,
    Predicted Predicted = Predicted.Numbers
)
{
    /// <summary>Whether it can give the losses of the samples apart.</summary>
    public bool Reduces { get; init; } = true;

    /// <summary>The method of <see cref="Loss"/>.</summary>
    public string Method => Name.Split(':')[0];

    public Tensor MakePredictions(int rows, int columns, DType dtype)
    {
        var source = new RandomSource(2, "loss");
        return Predicted == Predicted.Probabilities
            ? Tensor.RandomUniform([rows, columns], source, 0.2, 0.8, dtype)
            : Tensor.RandomNormal([rows, columns], source, 0, 2, dtype);
    }

    public Tensor MakeTargets(int rows, int columns, DType dtype)
    {
        var source = new RandomSource(2, "loss").Split("targets");
        var shares = Tensor.RandomUniform([rows, columns], source, dtype: dtype);
        return Targets switch
        {
            Targets.Labels => Tensor.From([.. Enumerable.Range(0, rows).Select(row => source.Below(columns, row))]),
            Targets.Numbers => Tensor.RandomNormal([rows, columns], source, 0, 2, dtype),
            Targets.Distributions => (shares * 3).Softmax(),
            _ => shares,
        };
    }

    public override string ToString() => Name;
}

/// <summary>Every loss, in its variants; a method of <see cref="Loss"/> without a case fails a test.</summary>
internal static class LossCases
{
    public static readonly LossCase[] All =
    [
        new("CrossEntropy", (x, y, r) => Loss.CrossEntropy(x, y, r), Targets.Labels),
        new(
            "CrossEntropy: class weights",
            (x, y, r) => Loss.CrossEntropy(x, y, r, classWeights: WeightsFor(x)),
            Targets.Labels
        ),
        new("CrossEntropy: smoothing", (x, y, r) => Loss.CrossEntropy(x, y, r, labelSmoothing: 0.1), Targets.Labels),
        new("CrossEntropy: ignored", (x, y, r) => Loss.CrossEntropy(x, y, r, ignoredLabel: 1), Targets.Labels),
        new(
            "CrossEntropy: everything",
            (x, y, r) => Loss.CrossEntropy(x, y, r, WeightsFor(x), labelSmoothing: 0.2, ignoredLabel: 0),
            Targets.Labels
        ),
        new("CrossEntropy: soft", (x, y, r) => Loss.CrossEntropy(x, y, r), Targets.Distributions),
        new(
            "CrossEntropy: soft, weights, smoothing",
            (x, y, r) => Loss.CrossEntropy(x, y, r, WeightsFor(x), labelSmoothing: 0.2),
            Targets.Distributions
        ),
        new("NegativeLogLikelihood", (x, y, r) => Loss.NegativeLogLikelihood(x.LogSoftmax(), y, r), Targets.Labels),
        new(
            "NegativeLogLikelihood: weights, ignored",
            (x, y, r) => Loss.NegativeLogLikelihood(x.LogSoftmax(), y, r, WeightsFor(x), ignoredLabel: 1),
            Targets.Labels
        ),
        new("BinaryCrossEntropy", (x, y, r) => Loss.BinaryCrossEntropy(x, y, r), Targets.Probabilities),
        new(
            "BinaryCrossEntropy: positive weights",
            (x, y, r) => Loss.BinaryCrossEntropy(x, y, r, WeightsFor(x)),
            Targets.Probabilities
        ),
        new(
            "BinaryCrossEntropyOfProbabilities",
            (x, y, r) => Loss.BinaryCrossEntropyOfProbabilities(x, y, r),
            Targets.Probabilities,
            Predicted.Probabilities
        ),
        new("MultiClassHinge", (x, y, r) => Loss.MultiClassHinge(x, y, r), Targets.Labels),
        new("MultiClassHinge: margin", (x, y, r) => Loss.MultiClassHinge(x, y, r, 0.3), Targets.Labels),
        new("MultiClassSquaredHinge", (x, y, r) => Loss.MultiClassSquaredHinge(x, y, r), Targets.Labels),
        new("QuadraticCost", (x, y, r) => Loss.QuadraticCost(x, y, r), Targets.Numbers),
        new("MeanSquaredError", (x, y, r) => Loss.MeanSquaredError(x, y, r), Targets.Numbers),
        new("MeanAbsoluteError", (x, y, r) => Loss.MeanAbsoluteError(x, y, r), Targets.Numbers),
        new("Huber", (x, y, r) => Loss.Huber(x, y, r), Targets.Numbers),
        new("Huber: delta", (x, y, r) => Loss.Huber(x, y, r, 0.5), Targets.Numbers),
        new("RootMeanSquaredError", (x, y, _) => Loss.RootMeanSquaredError(x, y), Targets.Numbers) { Reduces = false },
        new("KullbackLeibler", (x, y, r) => Loss.KullbackLeibler(x.LogSoftmax(), y, r), Targets.Distributions),
    ];

    public static LossCase Named(string name) => Array.Find(All, loss => loss.Name == name)!;

    private static Tensor WeightsFor(Tensor predictions) =>
        Tensor.Linspace(0.5, 2, predictions.Shape[^1], predictions.DType);
}
