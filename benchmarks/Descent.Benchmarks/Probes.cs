using Descent.Microbenchmarks;

namespace Descent.Benchmarks;

/// <summary>What memory gives at this moment, under names like those of workloads: 10⁹ bytes a second from a number of threads.</summary>
internal static class Probes
{
    public static IReadOnlyDictionary<string, Func<int, double>> All { get; } =
        new Dictionary<string, Func<int, double>>
        {
            ["triad"] = threads => MachinePeak.TriadGigabytesPerSecond(threads),
            ["triad_in_place"] = threads => MachinePeak.InPlaceGigabytesPerSecond(threads),
        };
}
