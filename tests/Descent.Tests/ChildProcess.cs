using System.Diagnostics;

namespace Descent.Tests;

/// <summary>What a child process left behind.</summary>
/// <param name="ExitCode">0 when every test passed and at least one ran.</param>
/// <param name="Output">Its standard output and its standard error.</param>
/// <param name="Reports">What its tests handed to <see cref="ChildProcess.Report"/>.</param>
public sealed record ChildResult(int ExitCode, string Output, IReadOnlyDictionary<string, string> Reports)
{
    /// <summary>Asserts that tests ran and none failed; the message is the child's output.</summary>
    public ChildResult AssertPassed()
    {
        Assert.True(ExitCode == 0, $"The child process ended with exit code {ExitCode}.\n{Output}");
        return this;
    }
}

/// <summary>Runs some of the tests again in a process of their own, where what is fixed at start-up can differ.</summary>
public static class ChildProcess
{
    private const string ReportVariable = "DESCENT_TEST_REPORT";

    /// <summary>True inside such a process.</summary>
    public static bool IsChild { get; } = Environment.GetEnvironmentVariable(ReportVariable) is not null;

    /// <summary>Runs the tests that a filter selects.</summary>
    /// <param name="filter"><c>--filter-class</c>, <c>--filter-method</c> or <c>--filter-trait</c>.</param>
    /// <param name="pattern">A name with <c>*</c> at either end, or <c>trait=value</c>.</param>
    /// <param name="environment">Environment variables to set: <c>("DOTNET_EnableAVX512", "0")</c>.</param>
    public static ChildResult RunTests(
        string filter,
        string pattern,
        params ReadOnlySpan<(string Name, string Value)> environment
    )
    {
        Assert.SkipWhen(IsChild, "a child process starts no child process");
        var report = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            {
                start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
            }

            foreach (var argument in new[] { filter, pattern, "--no-ansi", "--no-progress" })
            {
                start.ArgumentList.Add(argument);
            }

            start.Environment[ReportVariable] = report;
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }

            var (exitCode, output) = Run(start, TimeSpan.FromMinutes(3));
            var lines = File.ReadAllLines(report).Select(line => line.Split('\t', 2));
            return new(exitCode, output, lines.ToDictionary(line => line[0], line => line[1]));
        }
        finally
        {
            File.Delete(report);
        }
    }

    /// <summary>Called by a test inside the child: hands a line of text to the process that started it; each key once.</summary>
    public static void Report(string key, string value)
    {
        if (Environment.GetEnvironmentVariable(ReportVariable) is { } file)
        {
            lock (ReportVariable)
            {
                File.AppendAllText(file, $"{key}\t{value}\n");
            }
        }
    }

    private static (int ExitCode, string Output) Run(ProcessStartInfo start, TimeSpan limit)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return (-1, $"Stopped after {limit.TotalSeconds} s.\n{output.Result}{error.Result}");
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}
