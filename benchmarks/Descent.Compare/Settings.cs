namespace Descent.Compare;

/// <summary>What the command line asks for.</summary>
/// <param name="Peers">The peers' folder, relative to the repository; null when no peer takes part.</param>
/// <param name="Python">The interpreter that has the peer.</param>
/// <param name="Rounds">Turns of each side.</param>
/// <param name="Seconds">Seconds of timing a turn.</param>
/// <param name="Threads">Thread counts.</param>
/// <param name="Core">The core for runs of one thread.</param>
/// <param name="Only">Workloads to keep; empty for all.</param>
internal sealed record Settings(
    string? Peers,
    string Python,
    int Rounds,
    double Seconds,
    IReadOnlyList<int> Threads,
    int Core,
    IReadOnlyList<string> Only
)
{
    /// <summary>The workloads that are wanted: those of a list in its order, then others that were named.</summary>
    public IEnumerable<string> Wanted(IReadOnlyCollection<string> usual) =>
        Only.Count == 0 ? usual : usual.Intersect(Only).Concat(Only.Except(usual));
}
