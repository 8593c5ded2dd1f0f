using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Text.Json;
using System.Text.Json.Serialization;
using Descent.Numerics;

namespace Descent.Benchmarks;

/// <summary>One line of results, with the names that the peer's script uses.</summary>
internal sealed record Measurement
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Long enough that the runtime has compiled every method for the last time: it waits for 30 calls, twice, and compiles beside the steps.</summary>
    private const double WarmUpSeconds = 3;
    private const double QuietSeconds = 3;
    private const int WarmUpSteps = 250;
    private const double MostWarmUpSeconds = 20;

    /// <summary>Enough for networks whose steps are so long that each calls every method often.</summary>
    private const double LongStepsWarmUpSeconds = 8;

    private const double MillisecondsOfABatch = 10;
    private const int FewestBatches = 5;
    private const int MostBatches = 400;

    public required string Name { get; init; }
    public int Threads { get; init; }
    public string? Tag { get; init; }
    public string? Error { get; init; }
    public double? Ms { get; init; }
    public double? MinMs { get; init; }
    public long? Reps { get; init; }
    public double? FirstMs { get; init; }
    public double? SamplesS { get; init; }
    public double? Mflop { get; init; }
    public double? Gflops { get; init; }
    public double? GflopsBest { get; init; }

    [JsonPropertyName("GBs")]
    public double? Gbs { get; init; }
    public long? AllocatedBytes { get; init; }
    public double? Difference { get; init; }
    public long? RssMb { get; init; }

    /// <summary>Makes a workload, or asks a probe; compares a workload with the peer's state when there is one, and times it.</summary>
    public static Measurement Run(string name, double seconds, string tag, string? states)
    {
        var line = new Measurement
        {
            Name = name,
            Threads = WorkSplitter.Threads,
            Tag = tag,
        };
        if (Probes.All.TryGetValue(name, out var probe))
        {
            return line with { Gbs = Rounded(probe(line.Threads), 1) };
        }

        var path = states is null ? null : Path.Combine(states, name + ".safetensors");
        var found = File.Exists(path) ? PeerCheck.InAnotherProcess(name, path, line.Threads) : null;
        // Written so that a difference that is not a number is refused too.
        if (found is { } difference && !(difference <= PeerState.Tolerance))
        {
            return line with
            {
                Difference = double.IsFinite(difference) ? difference : null,
                Error = string.Create(
                    CultureInfo.InvariantCulture,
                    $"differs from the peer by {difference:G3}, more than {PeerState.Tolerance}"
                ),
            };
        }

        return Time(line with { Difference = found }, Workloads.All[name](null), seconds);
    }

    /// <inheritdoc/>
    public override string ToString() => JsonSerializer.Serialize(this, Format);

    private static Measurement Time(Measurement line, Workload workload, double seconds)
    {
        var first = TimeOf(workload.Step, 1);
        WarmUp(workload.Step);
        var batch = (int)Math.Max(1, MillisecondsOfABatch / TimeOf(workload.Step, 1));
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeOf(workload.Step, batch);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var times = new List<double>(MostBatches);
        var clock = Stopwatch.StartNew();
        while (times.Count < FewestBatches || (clock.Elapsed.TotalSeconds < seconds && times.Count < MostBatches))
        {
            times.Add(TimeOf(workload.Step, batch) / batch);
        }

        times.Sort();
        var (median, best) = ((times[times.Count / 2] + times[(times.Count - 1) / 2]) / 2, times[0]);
        return line with
        {
            Ms = Rounded(median, 5),
            MinMs = Rounded(best, 5),
            Reps = (long)times.Count * batch,
            FirstMs = Rounded(first, 2),
            SamplesS = workload.Samples > 0 ? Rounded(workload.Samples / median * 1e3, 1) : null,
            Mflop = workload.Flops > 0 ? Rounded(workload.Flops / 1e6, 3) : null,
            Gflops = workload.Flops > 0 ? Rounded(workload.Flops / median / 1e6, 1) : null,
            GflopsBest = workload.Flops > 0 ? Rounded(workload.Flops / best / 1e6, 1) : null,
            Gbs = workload.Bytes > 0 ? Rounded(workload.Bytes / median / 1e6, 1) : null,
            AllocatedBytes = allocated / batch,
            RssMb = ResidentSet.PeakMegabytes(),
        };
    }

    private static double TimeOf(Func<double> step, int count)
    {
        var start = Stopwatch.GetTimestamp();
        for (var index = 0; index < count; index++)
        {
            step();
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Makes steps until nothing was compiled for a while.</summary>
    private static void WarmUp(Func<double> step)
    {
        var clock = Stopwatch.StartNew();
        var (compiled, since) = (0L, 0.0);
        for (var steps = 0; clock.Elapsed.TotalSeconds is var now && now < MostWarmUpSeconds; steps++)
        {
            if (JitInfo.GetCompiledMethodCount() is var count && count != compiled)
            {
                (compiled, since) = (count, now);
            }

            var isEnough = steps >= WarmUpSteps && now >= WarmUpSeconds || now >= LongStepsWarmUpSeconds;
            if (isEnough && now - since >= QuietSeconds)
            {
                return;
            }

            step();
        }
    }

    private static double? Rounded(double? value, int digits) =>
        value is { } number ? Math.Round(number, digits) : null;
}
