namespace Descent.Compare;

/// <summary>One side at one workload and number of threads.</summary>
internal readonly record struct Key(string Workload, string Side, int Threads)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Workload}, {Count(Threads)}, {Side}";

    public static string Count(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}

/// <summary>One process to run.</summary>
/// <param name="Key">Whose figures it gives.</param>
/// <param name="Seconds">About how long it takes; only the proportions matter.</param>
/// <param name="Run">Runs it.</param>
internal sealed record Turn(Key Key, double Seconds, Func<CancellationToken, Task<Line>> Run);

/// <summary>The lines that have come in.</summary>
internal sealed class Results
{
    private readonly Dictionary<Key, List<Line>> lines = [];

    public Sample this[string workload, string side, int threads] =>
        Sample.Of(lines.GetValueOrDefault(new Key(workload, side, threads)) ?? []);

    /// <summary>What failed, and why.</summary>
    public IEnumerable<(Key Key, string Error)> Failures =>
        from pair in lines
        from line in pair.Value
        where line.Error is not null
        select (pair.Key, line.Error);

    /// <summary>Runs turns in order and says how it goes; after a failure the other turns of that key are left out.</summary>
    public async Task Collect(IReadOnlyList<Turn> turns, Progress progress, CancellationToken cancellation)
    {
        foreach (var (index, turn) in turns.Index())
        {
            if (!lines.TryGetValue(turn.Key, out var found))
            {
                lines.Add(turn.Key, found = []);
            }

            if (found.TrueForAll(line => line.Error is null))
            {
                progress.Begin(turn.Key.ToString());
                var line = await Attempt(turn, cancellation);
                found.Add(line);
                progress.End(Text(turn.Key, line), turn.Seconds, turns.Skip(index + 1).Sum(next => next.Seconds));
            }
        }
    }

    private static async Task<Line> Attempt(Turn turn, CancellationToken cancellation)
    {
        try
        {
            return await turn.Run(cancellation);
        }
        catch (CommandException problem)
        {
            return Line.Failed(turn.Key.Workload, problem.Message);
        }
    }

    private static string Text(Key key, Line line) =>
        line.Error is not null ? $"{key}: FAILED, {line.Error}"
        : line.Ms is { } ms ? $"{key}: {Markdown.Number(ms)} ms"
        : $"{key}: {Markdown.Number(line.Gbs ?? 0)} GB/s";
}
