using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Descent.Tests.Cli;

/// <summary>What a run of the tool left behind.</summary>
/// <param name="ExitCode">What it ended with.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    /// <summary>The last line of standard output as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Output.TrimEnd('\n').Split('\n')[^1]).RootElement;

    /// <summary>Asserts how it ended; the message is what it wrote.</summary>
    public ToolResult AssertExit(int code)
    {
        Assert.True(ExitCode == code, $"Exit code {ExitCode} where {code} was expected.\n{Output}\n{Error}");
        return this;
    }
}

/// <summary>The tool as a process of its own, as a person starts it, with its output in pipes.</summary>
internal sealed class ToolProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly Task<string> error;
    private readonly Task reading;
    private readonly TaskCompletionSource seen = new();
    private readonly string awaited;

    private ToolProcess(ProcessStartInfo start, string awaited)
    {
        this.awaited = awaited;
        process = Process.Start(start)!;
        process.StandardInput.Close();
        error = process.StandardError.ReadToEndAsync();
        reading = Task.Run(Read);
    }

    /// <summary>The tool's assembly beside the tests.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "Descent.Cli.dll");

    /// <summary>The process's number.</summary>
    public int Id => process.Id;

    /// <summary>Runs the tool to its end.</summary>
    public static ToolResult Run(params IEnumerable<string> arguments)
    {
        using var tool = Start("", ["dotnet", Assembly, .. arguments]);
        return tool.Wait();
    }

    /// <summary>Starts a command line, to wait for a line of its output.</summary>
    /// <param name="awaited">What <see cref="WaitForLine"/> looks for in a line.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables to set.</param>
    public static ToolProcess Start(
        string awaited,
        IReadOnlyList<string> command,
        params ReadOnlySpan<(string Name, string Value)> environment
    )
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ToolProcess(start, awaited);
    }

    /// <summary>Waits until a line with the awaited text was written, or the process ended.</summary>
    public void WaitForLine() =>
        Assert.True(
            Task.WaitAny([seen.Task, reading], Limit) >= 0,
            $"'{awaited}' did not come within {Limit.TotalMinutes} minutes."
        );

    /// <summary>Waits for the end.</summary>
    public ToolResult Wait()
    {
        Assert.True(process.WaitForExit(Limit), $"The tool did not end within {Limit.TotalMinutes} minutes.");
        reading.Wait(TestContext.Current.CancellationToken);
        return new ToolResult(process.ExitCode, output.ToString(), error.Result);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private void Read()
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            output.Append(line).Append('\n');
            if (awaited.Length > 0 && line.Contains(awaited, StringComparison.Ordinal))
            {
                seen.TrySetResult();
            }
        }
    }
}
