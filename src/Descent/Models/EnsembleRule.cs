namespace Descent.Models;

/// <summary>How an <see cref="Ensemble"/> makes one prediction of many.</summary>
public enum EnsembleRule
{
    /// <summary>The mean of the members' probabilities; for classifiers that give logits.</summary>
    AverageProbabilities,

    /// <summary>The mean of the members' outputs as they are; for regression.</summary>
    AverageOutputs,

    /// <summary>The share of the members that choose each class; for classifiers.</summary>
    MajorityVote,
}
