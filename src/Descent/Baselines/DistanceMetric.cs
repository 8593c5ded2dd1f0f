namespace Descent.Baselines;

/// <summary>How far two vectors are from each other.</summary>
public enum DistanceMetric
{
    /// <summary>Σ |a − b|, the Manhattan distance.</summary>
    L1,

    /// <summary>√ Σ (a − b)², the Euclidean distance.</summary>
    L2,
}
