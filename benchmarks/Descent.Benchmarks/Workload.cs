namespace Descent.Benchmarks;

/// <summary>Something to time: a step that is repeated, and what one step amounts to.</summary>
/// <param name="Step">One step; the number it gives is read every time.</param>
internal sealed record Workload(Func<double> Step)
{
    /// <summary>Pictures, rows or operations a step; 0 where none is meant.</summary>
    public int Samples { get; init; }

    /// <summary>Floating-point operations a step, two for a multiply-add; 0 where bytes are what counts.</summary>
    public double Flops { get; init; }

    /// <summary>Bytes that a step must move at least; 0 where arithmetic is what counts.</summary>
    public double Bytes { get; init; }

    /// <summary>The largest difference from the peer's numbers; null when its state was not given or nothing is compared.</summary>
    public double? Difference { get; init; }
}

/// <summary>The workloads by the name that the peer's script gives them.</summary>
internal static class Workloads
{
    /// <summary>What makes each workload; it is given the peer's state, or null.</summary>
    public static IReadOnlyDictionary<string, Func<PeerState?, Workload>> All { get; } =
        new Dictionary<string, Func<PeerState?, Workload>>([
            .. TrainingWorkloads.All,
            .. RecurrentWorkloads.All,
            .. LargeWorkloads.All,
            .. KernelWorkloads.All,
            .. ElementwiseWorkloads.All,
        ]);
}
