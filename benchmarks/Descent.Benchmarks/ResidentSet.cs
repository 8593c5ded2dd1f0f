using System.Diagnostics;
using System.Globalization;

namespace Descent.Benchmarks;

/// <summary>How much memory this process has held at once.</summary>
internal static class ResidentSet
{
    /// <summary>The largest resident set so far; the runtime does not keep it on Linux, the kernel does.</summary>
    public static long PeakMegabytes()
    {
        const string status = "/proc/self/status";
        const string key = "VmHWM:";
        if (
            File.Exists(status)
            && File.ReadLines(status).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) is { } line
        )
        {
            return long.Parse(
                    line[key.Length..].Replace("kB", "", StringComparison.Ordinal),
                    NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture
                ) / 1024;
        }

        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 >> 20;
    }
}
