namespace Descent.Compare;

/// <summary>What more threads than cores cost.</summary>
internal static class SweepReport
{
    private const string ByOption = "--threads";
    private const string ByEnvironment = "DESCENT_THREADS";

    public static Report Of(Bench bench)
    {
        string[] workloads = [.. bench.Settings.Wanted(Target.Swept)];
        var turns =
            from workload in workloads
            from round in Enumerable.Range(0, bench.Settings.Rounds)
            from count in Target.SweptThreads
            from side in (string[])[ByOption, ByEnvironment]
            select bench.Once(workload, side, count, CommandOf(side, workload, count, bench));
        return new Report(
            "sweep",
            [.. turns],
            [
                CommandOf(ByOption, Report.AnyWorkload, Target.SweepReference, bench),
                CommandOf(ByEnvironment, Report.AnyWorkload, Target.SweepReference, bench),
            ],
            results => Table(workloads, results)
        );
    }

    private static Command CommandOf(string side, string workload, int threads, Bench bench) =>
        side == ByOption ? bench.OursUnpinned(workload, threads) : bench.OursByEnvironment(workload, threads);

    private static string Table(string[] workloads, Results results)
    {
        var rows =
            from workload in workloads
            from side in (string[])[ByOption, ByEnvironment]
            select Markdown.Row([
                $"`{workload}`",
                $"`{side}`",
                .. Target.SweptThreads.Select(count =>
                    Cell(results[workload, side, count], results[workload, side, Target.SweepReference], count)
                ),
            ]);
        return $"""
            All cores are free to every run. Behind the time stands how many times that of {Target.SweepReference} threads it is; more threads may cost {Markdown.Number(
                Target.SweepSlower
            )} ×, in bold where they keep under it.

            {Markdown.Head(["workload", "threads by", .. Target.SweptThreads.Select(Key.Count)])}
            {string.Join('\n', rows)}
            """;
    }

    private static string Cell(Sample sample, Sample reference, int threads)
    {
        if (sample.Error is not null || reference.Error is not null)
        {
            return Markdown.Failed;
        }

        double? limit = threads > Target.SweepReference ? Target.SweepSlower : null;
        return $"{Markdown.Pair(sample.Ms, sample.MinMs)}: "
            + Markdown.AtMost(sample.Ms / reference.Ms, sample.MinMs / reference.MinMs, limit);
    }
}
