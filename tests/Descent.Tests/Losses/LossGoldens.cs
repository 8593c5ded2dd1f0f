using Descent.Losses;

namespace Descent.Tests.Losses;

/// <summary>How to compute a golden case of a loss, by the method that it names.</summary>
internal static class LossGoldens
{
    public static readonly Dictionary<string, Func<GoldenCase, Tensor[], Reduction, Tensor>> ByMethod = new()
    {
        ["CrossEntropy"] = (c, x, r) =>
            Loss.CrossEntropy(x[0], x[1], r, Weights(c, x), Number(c, "labelSmoothing", 0), Ignored(c)),
        ["NegativeLogLikelihood"] = (c, x, r) => Loss.NegativeLogLikelihood(x[0], x[1], r, Weights(c, x), Ignored(c)),
        ["BinaryCrossEntropy"] = (c, x, r) => Loss.BinaryCrossEntropy(x[0], x[1], r, Weights(c, x)),
        ["BinaryCrossEntropyOfProbabilities"] = (_, x, r) => Loss.BinaryCrossEntropyOfProbabilities(x[0], x[1], r),
        ["MultiClassHinge"] = (c, x, r) => Loss.MultiClassHinge(x[0], x[1], r, Number(c, "margin", 1)),
        ["MultiClassSquaredHinge"] = (c, x, r) => Loss.MultiClassSquaredHinge(x[0], x[1], r, Number(c, "margin", 1)),
        ["QuadraticCost"] = (_, x, r) => Loss.QuadraticCost(x[0], x[1], r),
        ["MeanSquaredError"] = (_, x, r) => Loss.MeanSquaredError(x[0], x[1], r),
        ["MeanAbsoluteError"] = (_, x, r) => Loss.MeanAbsoluteError(x[0], x[1], r),
        ["Huber"] = (c, x, r) => Loss.Huber(x[0], x[1], r, Number(c, "delta", 1)),
        ["RootMeanSquaredError"] = (_, x, _) => Loss.RootMeanSquaredError(x[0], x[1]),
        ["KullbackLeibler"] = (_, x, r) => Loss.KullbackLeibler(x[0], x[1], r),
    };

    /// <summary>The loss of a case's inputs: predictions, targets and perhaps weights.</summary>
    public static Tensor Run(GoldenCase golden, Tensor[] inputs)
    {
        var reduction = golden.Has("reduction")
            ? Enum.Parse<Reduction>(golden.Text("reduction"), ignoreCase: true)
            : Reduction.Mean;
        return ByMethod[golden.Op](golden, inputs, reduction);
    }

    private static Tensor? Weights(GoldenCase golden, Tensor[] inputs) => golden.Flag("weights") ? inputs[2] : null;

    private static double Number(GoldenCase golden, string option, double otherwise) =>
        golden.Has(option) ? golden.Number(option) : otherwise;

    private static long? Ignored(GoldenCase golden) => golden.Has("ignoredLabel") ? golden.Int("ignoredLabel") : null;
}
