namespace Descent.Compare;

/// <summary>What the turns of one side at one workload come to.</summary>
internal sealed record Sample
{
    /// <summary>The first reason why a turn gave no figures; null when all did.</summary>
    public string? Error { get; private init; }

    /// <summary>The median of the medians, in milliseconds.</summary>
    public double? Ms { get; private init; }

    /// <summary>The lowest minimum, in milliseconds.</summary>
    public double? MinMs { get; private init; }

    /// <summary>The median of 10⁹ bytes a second.</summary>
    public double? Gbs { get; private init; }

    /// <summary>The median of the peak resident sets, in megabytes.</summary>
    public double? RssMb { get; private init; }

    /// <summary>The median of the managed allocation a step, in bytes.</summary>
    public double? AllocatedBytes { get; private init; }

    /// <summary>The largest difference from the peer.</summary>
    public double? Difference { get; private init; }

    /// <summary>The name under which the figures were printed.</summary>
    public string? Name { get; private init; }

    public static Sample Of(IReadOnlyCollection<Line> lines) =>
        lines.Count == 0
            ? new Sample { Error = "not run" }
            : new Sample
            {
                Error = lines.Select(line => line.Error).FirstOrDefault(error => error is not null),
                Ms = Median(lines.Select(line => line.Ms)),
                MinMs = lines.Min(line => line.MinMs ?? line.Ms),
                Gbs = Median(lines.Select(line => line.Gbs)),
                RssMb = Median(lines.Select(line => (double?)line.RssMb)),
                AllocatedBytes = Median(lines.Select(line => (double?)line.AllocatedBytes)),
                Difference = lines.Max(line => line.Difference),
                Name = lines.First().Name,
            };

    /// <summary>The median of the numbers that are there; null when none is.</summary>
    private static double? Median(IEnumerable<double?> numbers)
    {
        double[] sorted = [.. numbers.OfType<double>().Order()];
        return sorted.Length == 0 ? null : (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
