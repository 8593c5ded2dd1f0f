using System.Globalization;
using System.Runtime.InteropServices;

namespace Descent.Compare;

/// <summary>A section of the page of benchmarks.</summary>
/// <param name="Marker">The name between whose markers it stands.</param>
/// <param name="Turns">What must be run for it, in order.</param>
/// <param name="Commands">The commands that are run, to be shown.</param>
/// <param name="Table">Its text, from the figures.</param>
internal sealed record Report(
    string Marker,
    IReadOnlyList<Turn> Turns,
    IReadOnlyList<Command> Commands,
    Func<Results, string> Table
)
{
    /// <summary>Stands for a workload in the commands that are shown.</summary>
    public const string AnyWorkload = "NAME";

    private const string StatesShown = "STATES";

    /// <summary>The whole section: where and how it was measured, the table, and what failed.</summary>
    /// <param name="results">The figures.</param>
    /// <param name="invocation">The command that makes the section.</param>
    /// <param name="bench">How it was measured.</param>
    /// <param name="peer">The peer's version; null when it took no part.</param>
    public string Section(Results results, string invocation, Bench bench, string? peer)
    {
        var settings = bench.Settings;
        string[] facts =
        [
            DateTime.Now.ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
            Machine.Describe(),
            RuntimeInformation.FrameworkDescription,
            .. peer is null ? Array.Empty<string>() : [peer],
        ];
        var seconds = settings.Seconds.ToString(CultureInfo.InvariantCulture);
        var turns = settings.Rounds == 1 ? "one turn a side" : $"{settings.Rounds} turns a side, one after the other";
        var commands = Commands.Select(command => Shown(command, bench.States));
        var where = bench.States is null ? "" : $", with the peer's starting weights and batches in `{StatesShown}`";
        var failures = results.Failures.Where(failure => Turns.Any(turn => turn.Key == failure.Key));
        return $"""
            Measured on {string.Join(
                ", ",
                facts
            )}. A process for each workload and turn, {turns}, {seconds} s of timing each after warm-up. Milliseconds a step: median of the turns' medians (lowest minimum).
            ```
            {invocation}
            ```
            It runs{where}:
            ```
            {string.Join('\n', commands)}
            ```

            {Table(results)}
            {string.Concat(failures.Select(failure => $"\n- Failed: {failure.Key}: {failure.Error}"))}
            """;
    }

    private static string Shown(Command command, string? states) =>
        states is null ? $"{command}" : $"{command}".Replace(states, StatesShown, StringComparison.Ordinal);
}
