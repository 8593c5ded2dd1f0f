using System.Diagnostics;

namespace Descent.Compare;

/// <summary>A program with its arguments and what its environment has besides; paths are relative to the repository.</summary>
internal sealed record Command(string File, params IReadOnlyList<string> Arguments)
{
    private static readonly bool HasTaskset = Array.Exists(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
        folder => System.IO.File.Exists(Path.Combine(folder, "taskset"))
    );

    public IReadOnlyList<(string Name, string Value)> Variables { get; init; } = [];

    /// <summary>The same on one core, where the system has <c>taskset</c>.</summary>
    public Command PinnedTo(int core) =>
        HasTaskset ? new Command("taskset", ["-c", $"{core}", File, .. Arguments]) { Variables = Variables } : this;

    /// <summary>Runs the command to its end.</summary>
    /// <param name="limit">How long it may take.</param>
    /// <param name="isLast">Recognises the line after which the process is stopped; null lets it end by itself.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="CommandException">It cannot be started, or takes too long.</exception>
    public async Task<Output> Run(TimeSpan limit, Func<string, bool>? isLast, CancellationToken cancellation)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timed.CancelAfter(limit);
        var clock = Stopwatch.StartNew();
        using var process = Start();
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            var lines = new List<(string Text, TimeSpan After)>();
            while (await process.StandardOutput.ReadLineAsync(timed.Token) is { } text)
            {
                lines.Add((text, clock.Elapsed));
                if (isLast?.Invoke(text) == true)
                {
                    return new Output(lines, null);
                }
            }

            await process.WaitForExitAsync(timed.Token);
            var failure =
                process.ExitCode == 0 ? null : $"ended with code {process.ExitCode}: {LastLine(await errors)}";
            return new Output(lines, failure);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException($"took longer than {limit.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(' ', [.. Variables.Select(variable => $"{variable.Name}={variable.Value}"), File, .. Arguments]);

    private Process Start()
    {
        var start = new ProcessStartInfo(File, Arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // What the caller's shell says must not reach the measured process.
        start.Environment.Remove("DESCENT_THREADS");
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception refused)
        {
            throw new CommandException($"{File} cannot be started: {refused.Message}");
        }
    }

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1].Trim();
}

/// <summary>What a process printed, each line with the time since its start, and how it failed if it did.</summary>
internal sealed record Output(IReadOnlyList<(string Text, TimeSpan After)> Lines, string? Failure);

/// <summary>A process could not be run.</summary>
internal sealed class CommandException(string message) : Exception(message);
