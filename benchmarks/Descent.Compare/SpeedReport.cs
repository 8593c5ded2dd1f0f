using System.Globalization;

namespace Descent.Compare;

/// <summary>Each workload beside the peer.</summary>
internal static class SpeedReport
{
    private const string Ours = "ours";
    private const string Peer = "peer";
    private const string Triad = "triad";
    private const string TriadInPlace = "triad_in_place";

    /// <summary>A process that ends after one step is quick to run again.</summary>
    private const int FirstStepRounds = 5;

    public static Report Of(Bench bench)
    {
        var threads = bench.Settings.Threads;
        Target[] targets =
        [
            .. bench
                .Settings.Wanted([.. Target.All.Select(target => target.Workload)])
                .Select(name =>
                    Target.All.FirstOrDefault(target => target.Workload == name) ?? new Target(name, Faster: null)
                ),
        ];
        return new Report(
            "compare",
            [.. targets.SelectMany(target => threads.SelectMany(count => TurnsOf(target.Workload, count, bench)))],
            [.. threads.SelectMany(count => CommandsOf(targets, count, bench))],
            results => Table(targets, threads, results)
        );
    }

    private static IEnumerable<Turn> TurnsOf(string workload, int threads, Bench bench) =>
        workload switch
        {
            Target.Neighbors =>
            [
                bench.Once(workload, Ours, threads, bench.Ours(workload, threads)),
                bench.FastestNeighbors(Peer, threads),
            ],
            Target.FirstStep => Rounds(
                FirstStepRounds,
                Bench.UntilLine(workload, Ours, threads, bench.OurFirstStep(threads)),
                Bench.UntilLine(workload, Peer, threads, bench.PeerFirstStep(threads))
            ),
            Target.Adam => Rounds(
                bench.Settings.Rounds,
                bench.Once(workload, Ours, threads, bench.Ours(workload, threads)),
                bench.Once(Triad, Ours, threads, bench.Ours(Triad, threads)),
                bench.Once(TriadInPlace, Ours, threads, bench.Ours(TriadInPlace, threads)),
                bench.Once(workload, Peer, threads, bench.Peer(workload, threads))
            ),
            _ => Rounds(
                Target.IsLarge(workload) ? 1 : bench.Settings.Rounds,
                bench.Once(workload, Ours, threads, bench.Ours(workload, threads)),
                PeerTurn(workload, threads, bench)
            ),
        };

    private static Turn PeerTurn(string workload, int threads, Bench bench) =>
        workload switch
        {
            Target.CatsAndDogs => bench.Fastest(
                workload,
                Peer,
                threads,
                bench.Peer($"{workload},{workload}_channelslast", threads)
            ),
            Target.Precomputed => bench.Once(workload, Peer, threads, bench.Peer(Target.Transfer, threads)),
            _ when workload.Contains(Target.Inference, StringComparison.Ordinal) => bench.UntilInference(
                workload,
                Peer,
                threads
            ),
            _ => bench.Once(workload, Peer, threads, bench.Peer(workload, threads)),
        };

    private static IEnumerable<Turn> Rounds(int count, params IEnumerable<Turn> turns) =>
        Enumerable.Repeat(turns, count).SelectMany(round => round);

    private static IEnumerable<Command> CommandsOf(Target[] targets, int threads, Bench bench)
    {
        yield return bench.Ours(Report.AnyWorkload, threads);
        yield return bench.Peer(Report.AnyWorkload, threads);
        if (targets.Any(target => target.Workload == Target.Neighbors))
        {
            yield return bench.PeerNeighbors(threads);
        }

        if (targets.Any(target => target.Workload.Contains(Target.Inference, StringComparison.Ordinal)))
        {
            yield return bench.InferencePeer(threads);
        }

        if (targets.Any(target => target.Workload == Target.FirstStep))
        {
            yield return bench.OurFirstStep(threads);
            yield return bench.PeerFirstStep(threads);
        }
    }

    private static string Table(Target[] targets, IReadOnlyList<int> threads, Results results)
    {
        var lines = new List<string>
        {
            "Ratio: the peer's time by ours, of the medians (of the minima), beside the target; in bold where it is met. "
                + "MB: peak resident sets. Bytes: managed allocation a step. Difference: the largest of any weight and "
                + "loss from the peer's after five steps.",
            "",
            Markdown.Head([
                "workload",
                "target",
                .. threads.SelectMany(count => (string[])[$"{Key.Count(count)}: ours", "peer", "ratio"]),
                "MB, ours / peer",
                "bytes",
                "difference",
            ]),
        };
        foreach (var target in targets)
        {
            var sides = threads.Select(count => Both(target.Workload, count, results)).ToArray();
            var name =
                target.Workload == Target.FirstStep
                    ? $"`nielsen_cnn`, process start to first step ({FirstStepRounds} turns)"
                    : $"`{target.Workload}`";
            lines.Add(
                Markdown.Row([
                    name,
                    Markdown.Times(target.Faster),
                    .. sides.SelectMany(side => Cells(side, target.Faster)),
                    $"{Largest(sides.Select(side => side.Ours.RssMb))} / {Largest(sides.Select(side => side.Peer.RssMb))}",
                    Largest(sides.Select(side => side.Ours.AllocatedBytes)),
                    Largest(sides.Select(side => side.Ours.Difference)),
                ])
            );
            if (target.Workload == Target.FirstStep)
            {
                lines.Add(
                    Markdown.Row([
                        "the same, peak resident set in MB",
                        Markdown.Times(Target.FirstStepSmaller),
                        .. sides.SelectMany(side => MemoryCells(side)),
                        Markdown.Missing,
                        Markdown.Missing,
                        Markdown.Missing,
                    ])
                );
            }
        }

        lines.Add("");
        foreach (var target in targets)
        {
            lines.AddRange(threads.SelectMany(count => Notes(target.Workload, count, results)));
        }

        return string.Join('\n', lines);
    }

    private static (Sample Ours, Sample Peer) Both(string workload, int threads, Results results) =>
        (results[workload, Ours, threads], results[workload, Peer, threads]);

    private static string[] Cells((Sample Ours, Sample Peer) sides, double? asked)
    {
        var (ours, peer) = sides;
        var bothRan = ours.Error is null && peer.Error is null;
        return
        [
            ours.Error is null ? Markdown.Pair(ours.Ms, ours.MinMs) : Markdown.Failed,
            peer.Error is null ? Markdown.Pair(peer.Ms, peer.MinMs) : Markdown.Failed,
            bothRan ? Markdown.AtLeast(peer.Ms / ours.Ms, peer.MinMs / ours.MinMs, asked) : Markdown.Missing,
        ];
    }

    private static string[] MemoryCells((Sample Ours, Sample Peer) sides) =>
        [
            Markdown.Number(sides.Ours.RssMb),
            Markdown.Number(sides.Peer.RssMb),
            Markdown.AtLeast(sides.Peer.RssMb / sides.Ours.RssMb, null, Target.FirstStepSmaller),
        ];

    private static IEnumerable<string> Notes(string workload, int threads, Results results)
    {
        var (ours, peer) = Both(workload, threads, results);
        var (triad, inPlace) = (results[Triad, Ours, threads].Gbs, results[TriadInPlace, Ours, threads].Gbs);
        if (workload == Target.Adam && ours.Gbs is { } rate && triad is not null)
        {
            var isMet = rate >= Target.AdamOfTriad * triad;
            yield return $"- `{workload}`, {Key.Count(threads)}: {Markdown.Number(rate)} GB/s, {Percent(rate / triad)} of a triad "
                + $"right after it ({Markdown.Number(triad)} GB/s), {Percent(rate / inPlace)} of a triad in place "
                + $"({Markdown.Number(inPlace)} GB/s); {Percent(Target.AdamOfTriad)} of the triad is asked, "
                + (isMet ? "**met**." : $"{Percent(1 - rate / (Target.AdamOfTriad * triad))} short.");
        }

        if (workload == Target.CatsAndDogs && peer.Error is null)
        {
            yield return $"- `{workload}`, {Key.Count(threads)}: the faster of the peer's two layouts is `{peer.Name}`.";
        }

        if (workload == Target.Neighbors && peer.Error is null)
        {
            yield return $"- `{workload}`, {Key.Count(threads)}: one turn a side; the fastest of the peers is `{peer.Name}`.";
        }
    }

    private static string Largest(IEnumerable<double?> numbers) => Markdown.Number(numbers.Max());

    private static string Percent(double? share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");
}
