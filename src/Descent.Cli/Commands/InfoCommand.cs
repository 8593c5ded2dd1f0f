using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Descent.Cli.Display;
using Descent.Data;
using Descent.Numerics;

namespace Descent.Cli.Commands;

/// <summary><c>descent info</c>: what the machine offers and what the library makes of it.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var threads = Options.Threads();
        var command = new Command("info", "Tells versions, the processor, threads, vector width and memory.")
        {
            threads,
        };
        command.SetAction(result =>
        {
            Options.Apply(result.GetValue(threads));
            Execute();
            return ExitCode.Done;
        });
        return command;
    }

    private static void Execute()
    {
        var (threads, pool) = (WorkSplitter.Threads, BufferPool.Statistics);
        Screen.Line();
        RunScreen.Fact("descent", ToolVersion.Text);
        RunScreen.Fact(".NET", Environment.Version.ToString());
        RunScreen.Fact(
            "system",
            $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}"
        );
        RunScreen.Fact("processor", $"{Processor()}, {Environment.ProcessorCount} logical");
        RunScreen.Fact("threads", $"{threads} (--threads or DESCENT_THREADS sets another number)");
        RunScreen.Fact("vectors", $"{Lanes.WidthInBits} bits, {Lanes.WidthInBits / 32} floats at once");
        RunScreen.Fact(
            "memory",
            $"{Gigabytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)} for this process; the pool holds {Gigabytes(pool.BytesHeld)}"
        );
        RunScreen.Fact("mnist", $"kept in {Mnist.CacheFolder}");
        Screen.Line();
        Screen.Line("  The same seed gives the same bits, whatever the number of threads and the width of vectors:");
        Screen.Line("  sums are split and combined in an order that depends on shapes alone.");
        Screen.Line();
    }

    private static string Gigabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GB");

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        const string Key = "model name";
        var line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(text => text.StartsWith(Key, StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[1].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
