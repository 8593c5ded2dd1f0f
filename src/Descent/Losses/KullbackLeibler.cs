namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>The Kullback–Leibler divergence of predicted from target distributions: what the prediction wastes beyond the targets' own uncertainty.</summary>
    /// <remarks>
    /// <b>Shape</b>: (N, …), equal; a sample is summed over all axes but the first. <b>Formula</b>: Σ t (ln t − x), with
    /// 0 ln 0 = 0. <b>Gradient</b>: −t / N under the mean, which is over samples (PyTorch's <c>batchmean</c>).
    /// <b>Source</b>: Kullback and Leibler 1951.
    /// </remarks>
    /// <param name="logProbabilities">The network's outputs after a log-softmax.</param>
    /// <param name="targets">Probabilities, such as another network's softmax.</param>
    /// <param name="reduction">Mean over the batch unless told otherwise.</param>
    /// <exception cref="ShapeException">The shapes differ, or there is no batch axis.</exception>
    public static Tensor KullbackLeibler(Tensor logProbabilities, Tensor targets, Reduction reduction = Reduction.Mean)
    {
        RequireAlike(logProbabilities, targets, nameof(KullbackLeibler));
        var positive = Tensor.Where(targets.WithoutHistory() > 0, targets, targets.Constant(1));
        return Reduce(PerSample(targets * (positive.Log() - logProbabilities)), reduction);
    }
}
