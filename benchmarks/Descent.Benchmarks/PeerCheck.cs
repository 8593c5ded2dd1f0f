using System.Diagnostics;
using System.Globalization;
using Descent.Numerics;

namespace Descent.Benchmarks;

/// <summary>Compares a workload with the peer's state in a process of its own, so that neither its time nor its memory, that of steps in float64 above all, is taken for the workload's.</summary>
internal static class PeerCheck
{
    /// <summary>Alone on the command line before a name, a file and a number of threads.</summary>
    public const string Option = "--check";

    /// <summary>The largest difference from the peer; null where nothing was compared, not a number where the other process failed.</summary>
    public static double? InAnotherProcess(string name, string path, int threads)
    {
        string[] arguments = [Option, name, path, threads.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode != 0 ? double.NaN
            : string.IsNullOrWhiteSpace(output) ? null
            : double.Parse(output, CultureInfo.InvariantCulture);
    }

    /// <summary>Prints the largest difference; nothing for a workload that compares nothing.</summary>
    public static void Run(string name, string path, string threads)
    {
        WorkSplitter.Threads = int.Parse(threads, CultureInfo.InvariantCulture);
        var workload = Workloads.All[name](new PeerState(path));
        Console.WriteLine(workload.Difference?.ToString("R", CultureInfo.InvariantCulture));
    }
}
