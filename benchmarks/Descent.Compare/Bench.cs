namespace Descent.Compare;

/// <summary>The commands of both sides.</summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="States">The folder of the peer's states; null without them.</param>
internal sealed record Bench(Settings Settings, string? States)
{
    public const string Project = "benchmarks/Descent.Benchmarks";
    private const string Harness = $"{Project}/bin/Release/net10.0/Descent.Benchmarks";

    /// <summary>The last line of the peer's script of neighbours that matters.</summary>
    private const string LastOfNeighbors = "knn_l1_torch_cdist";

    /// <summary>Besides the seconds of timing: to start, to load, to warm up.</summary>
    private const double WarmUpSeconds = 5;
    private const double NeighborsSeconds = 60;

    public Command Ours(string workload, int threads) =>
        Placed(new Command(Harness, ["--only", workload, "--threads", $"{threads}", .. OurOptions]), threads);

    /// <summary>The harness with the threads that its environment says, on all cores.</summary>
    public Command OursByEnvironment(string workload, int threads) =>
        new(Harness, ["--only", workload, .. OurOptions]) { Variables = [("DESCENT_THREADS", $"{threads}")] };

    /// <summary>The harness with the threads of its option, on all cores.</summary>
    public Command OursUnpinned(string workload, int threads) =>
        new(Harness, ["--only", workload, "--threads", $"{threads}", .. OurOptions]);

    public Command Peer(string workload, int threads) =>
        Placed(new Command($"{Settings.Peers}/torch", $"{threads}", "--only", workload, "--secs", Seconds), threads);

    /// <summary>The peer for inference of whole networks, which prints a line for each of them.</summary>
    public Command InferencePeer(int threads) => Placed(new Command($"{Settings.Peers}/ort", $"{threads}"), threads);

    /// <summary>The peer's neighbours, with the settings that its other script makes for itself.</summary>
    public Command PeerNeighbors(int threads) =>
        Placed(
            new Command(Settings.Python, $"{Settings.Peers}/knn_pca.py", $"{threads}", "tuned")
            {
                Variables =
                [
                    ("ATEN_CPU_CAPABILITY", "avx512"),
                    ("OPENBLAS_CORETYPE", "SKYLAKEX"),
                    ("MALLOC_MMAP_MAX_", "0"),
                    ("MALLOC_TRIM_THRESHOLD_", "17179869184"),
                    ("MALLOC_TOP_PAD_", "268435456"),
                ],
            },
            threads
        );

    public Command OurFirstStep(int threads) =>
        Placed(new Command(Harness, "--first-step") { Variables = [("DESCENT_THREADS", $"{threads}")] }, threads);

    public Command PeerFirstStep(int threads) =>
        Placed(
            new Command(Settings.Python, "benchmarks/peer/first_step.py")
            {
                Variables = [("OMP_NUM_THREADS", $"{threads}")],
            },
            threads
        );

    /// <summary>A turn that takes the one line that a command prints.</summary>
    public Turn Once(string workload, string side, int threads, Command command) =>
        Take(
            new Key(workload, side, threads),
            Settings.Seconds + WarmUpSeconds,
            cancellation => command.Run(TimeSpan.FromMinutes(5), null, cancellation),
            lines => lines.FirstOrDefault().Line
        );

    /// <summary>A turn that takes the fastest of the lines that a command prints: one for each layout in memory, say.</summary>
    public Turn Fastest(string workload, string side, int threads, Command command) =>
        Take(
            new Key(workload, side, threads),
            2 * (Settings.Seconds + WarmUpSeconds),
            cancellation => command.Run(TimeSpan.FromMinutes(5), null, cancellation),
            Quickest
        );

    /// <summary>A turn that waits for the line of one network from the peer for inference.</summary>
    public Turn UntilInference(string workload, string side, int threads)
    {
        var name = $"ort_{workload}";
        return Take(
            new Key(workload, side, threads),
            4 * WarmUpSeconds,
            cancellation =>
                InferencePeer(threads)
                    .Run(
                        TimeSpan.FromMinutes(5),
                        text => text.Contains($"\"{name}\"", StringComparison.Ordinal),
                        cancellation
                    ),
            lines => lines.Select(found => found.Line).FirstOrDefault(line => line.Name == name)
        );
    }

    /// <summary>A turn that times a process from its start to its line.</summary>
    public static Turn UntilLine(string workload, string side, int threads, Command command) =>
        Take(
            new Key(workload, side, threads),
            1,
            cancellation => command.Run(TimeSpan.FromMinutes(1), null, cancellation),
            lines => lines.Select(found => found.Line with { Ms = found.After.TotalMilliseconds }).FirstOrDefault()
        );

    /// <summary>A turn that takes the fastest of the lines of the peer's script of neighbours.</summary>
    public Turn FastestNeighbors(string side, int threads) =>
        Take(
            new Key(Target.Neighbors, side, threads),
            NeighborsSeconds,
            cancellation =>
                PeerNeighbors(threads)
                    .Run(
                        TimeSpan.FromMinutes(10),
                        text => text.Contains(LastOfNeighbors, StringComparison.Ordinal),
                        cancellation
                    ),
            Quickest
        );

    private static Line? Quickest(IEnumerable<(Line Line, TimeSpan After)> lines) =>
        lines.Select(found => found.Line).Where(line => line.Ms is not null).MinBy(line => line.Ms);

    private static Turn Take(
        Key key,
        double seconds,
        Func<CancellationToken, Task<Output>> run,
        Func<IEnumerable<(Line Line, TimeSpan After)>, Line?> choose
    ) =>
        new(
            key,
            seconds,
            async cancellation =>
            {
                var output = await run(cancellation);
                var lines =
                    from printed in output.Lines
                    let line = Line.Parse(printed.Text)
                    where line is not null
                    select (line, printed.After);
                return choose(lines) ?? Line.Failed(key.Workload, output.Failure ?? "printed no result");
            }
        );

    private string Seconds => Settings.Seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private IEnumerable<string> OurOptions =>
        States is null ? ["--secs", Seconds] : ["--secs", Seconds, "--states", States];

    private Command Placed(Command command, int threads) => threads == 1 ? command.PinnedTo(Settings.Core) : command;
}
