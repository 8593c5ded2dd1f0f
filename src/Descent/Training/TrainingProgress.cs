namespace Descent.Training;

/// <summary>Where training stands, reported after every batch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">How many there will be at most.</param>
/// <param name="Batch">Batches done in this epoch.</param>
/// <param name="Batches">Batches in an epoch.</param>
/// <param name="Loss">The mean loss of this epoch's batches so far.</param>
/// <param name="SamplesPerSecond">Speed over this epoch so far.</param>
/// <param name="Elapsed">Time since training began.</param>
/// <param name="Remaining">Time left, judged by the time so far.</param>
/// <param name="Finished">The epoch's figures, on the report that ends it.</param>
public readonly record struct TrainingProgress(
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    double Loss,
    double SamplesPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining,
    EpochResult? Finished
);

/// <summary>The figures of one epoch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainingLoss">The mean loss of its batches, dropout and all.</param>
/// <param name="ValidationLoss">The mean loss over the validation samples.</param>
/// <param name="ValidationAccuracy">The share of validation samples predicted right.</param>
/// <param name="LearningRate">The step size of its first step.</param>
/// <param name="Seconds">Time for training and validation.</param>
/// <param name="SamplesPerSecond">Training samples a second, validation left out.</param>
/// <param name="IsBest">Whether no epoch before it had a better validation accuracy.</param>
public sealed record EpochResult(
    int Epoch,
    double TrainingLoss,
    double ValidationLoss,
    double ValidationAccuracy,
    double LearningRate,
    double Seconds,
    double SamplesPerSecond,
    bool IsBest
);

/// <summary>Why training ended.</summary>
public enum TrainingEnd
{
    /// <summary>All epochs were done.</summary>
    Completed,

    /// <summary>Validation did not improve for as many epochs as the patience allows.</summary>
    StoppedEarly,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>What training came to; the model holds the weights of the best epoch.</summary>
/// <param name="Epochs">The figures of each epoch done.</param>
/// <param name="Best">The epoch whose weights the model holds; null when cancelled before the first ended: the weights then are the latest.</param>
/// <param name="End">Why training ended.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record TrainingResult(
    IReadOnlyList<EpochResult> Epochs,
    EpochResult? Best,
    TrainingEnd End,
    TimeSpan Elapsed
);
