namespace Descent.Compare;

/// <summary>What is lost on a machine without AVX-512.</summary>
internal static class Avx2Report
{
    private const string Wide = "AVX-512";
    private const string Narrow = "AVX2";

    public static Report Of(Bench bench)
    {
        var threads = bench.Settings.Threads;
        string[] workloads = [.. bench.Settings.Wanted(Target.BoundByArithmetic)];
        var turns =
            from workload in workloads
            from count in threads
            from round in Enumerable.Range(0, bench.Settings.Rounds)
            from isWide in (bool[])[true, false]
            let command = bench.Ours(workload, count)
            select bench.Once(workload, isWide ? Wide : Narrow, count, isWide ? command : Narrowed(command));
        return new Report(
            "avx2",
            [.. turns],
            [
                .. threads
                    .Select(count => bench.Ours(Report.AnyWorkload, count))
                    .SelectMany(command => (Command[])[command, Narrowed(command)]),
            ],
            results => Table(workloads, threads, results)
        );
    }

    private static Command Narrowed(Command command) => command with { Variables = [("DOTNET_EnableAVX512", "0")] };

    private static string Table(string[] workloads, IReadOnlyList<int> threads, Results results)
    {
        var rows = workloads.Select(workload =>
        {
            var limit = workload.StartsWith("matmul", StringComparison.Ordinal)
                ? Target.Avx2ProductSlower
                : Target.Avx2Slower;
            return Markdown.Row([
                $"`{workload}`",
                Markdown.Times(limit),
                .. threads.SelectMany(count =>
                    Cells(results[workload, Wide, count], results[workload, Narrow, count], limit)
                ),
            ]);
        });
        return $"""
            Ratio: the time with AVX2 by the time with AVX-512, of the medians (of the minima); in bold where it keeps under the limit.

            {Markdown.Head([
                "workload",
                "limit",
                .. threads.SelectMany(count => (string[])[$"{Key.Count(count)}: AVX-512", "AVX2", "ratio"]),
            ])}
            {string.Join('\n', rows)}
            """;
    }

    private static string[] Cells(Sample wide, Sample narrow, double limit) =>
        [
            wide.Error is null ? Markdown.Pair(wide.Ms, wide.MinMs) : Markdown.Failed,
            narrow.Error is null ? Markdown.Pair(narrow.Ms, narrow.MinMs) : Markdown.Failed,
            wide.Error is null && narrow.Error is null
                ? Markdown.AtMost(narrow.Ms / wide.Ms, narrow.MinMs / wide.MinMs, limit)
                : Markdown.Missing,
        ];
}
