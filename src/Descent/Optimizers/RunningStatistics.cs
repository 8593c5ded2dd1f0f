using Descent.Layers;

namespace Descent.Optimizers;

/// <summary>The running statistics of batch norm, for weights that no training step has seen: averaged or loaded ones.</summary>
public static class RunningStatistics
{
    /// <summary>Computes them anew: their equal mean over the batches, in training mode, weights unchanged.</summary>
    /// <remarks>
    /// <b>Formula</b>: r ← r + (b − r) / n for the n-th batch's value b. Frozen layers keep theirs, and so do those with a
    /// momentum of 0. <b>Source</b>: Izmailov et al. 2018, algorithm 1, last line.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="batches">The data; one loop over it.</param>
    /// <param name="forward">Runs the model on a batch.</param>
    /// <typeparam name="TBatch">What a batch is: <c>(Tensor Images, Tensor Labels)</c>, say.</typeparam>
    /// <exception cref="StepException">A training step or a recording is open on this thread.</exception>
    public static void Recompute<TBatch>(Module model, IEnumerable<TBatch> batches, Func<TBatch, Tensor> forward)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(forward);
        if (Tape.Current is not null)
        {
            throw new StepException(
                "RunningStatistics.Recompute: a training step or a recording is open on this thread. Dispose it first."
            );
        }

        model.EnsureInitialized();
        var tape = new Tape();
        var number = 0L;
        foreach (var batch in batches)
        {
            tape.Open([], trains: true, recycles: true, stepNumber: number);
            try
            {
                forward(batch);
                tape.ApplyBufferUpdates(share: 1.0 / ++number);
            }
            finally
            {
                tape.Close();
            }
        }
    }
}
