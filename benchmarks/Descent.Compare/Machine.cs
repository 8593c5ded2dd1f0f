using System.Globalization;

namespace Descent.Compare;

/// <summary>What is measured on.</summary>
internal static class Machine
{
    private const string Processors = "/proc/cpuinfo";

    /// <summary>Cores, and the processor's name, family and model where the system tells them.</summary>
    public static string Describe() =>
        Describe(File.Exists(Processors) ? File.ReadAllLines(Processors) : [], Environment.ProcessorCount);

    /// <summary>The same from the system's list of processors; all of them count, whatever this process may use.</summary>
    public static string Describe(IEnumerable<string> lines, int countWithoutList)
    {
        var facts = lines
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(parts => parts.Length == 2)
            .ToLookup(parts => parts[0], parts => parts[1]);
        var listed = facts["processor"].Count();
        var count = listed > 0 ? listed : countWithoutList;
        var kind =
            facts["cpu family"].FirstOrDefault() is { } family && facts["model"].FirstOrDefault() is { } model
                ? $" (family {family}, model {model})"
                : "";
        return $"{count} core{(count == 1 ? "" : "s")} of {facts["model name"].FirstOrDefault("an unnamed processor")}{kind}";
    }

    /// <summary>How many processes have wanted a core at a time in the last minute; null where the system does not tell.</summary>
    public static double? Load()
    {
        const string file = "/proc/loadavg";
        return File.Exists(file)
            ? double.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture)
            : null;
    }
}
