using System.CommandLine;
using System.Globalization;
using Descent.Numerics;

namespace Descent.Cli;

/// <summary>Options that several commands share, each checked where it is read.</summary>
internal static class Options
{
    public static Option<string?> Data(string description) =>
        new("--data") { Description = description, HelpName = "DIR" };

    public static Option<string> Runs() =>
        new("--runs")
        {
            Description = "The folder that holds the runs.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "runs",
        };

    public static Option<bool> Json(string what) =>
        new("--json") { Description = $"End standard output with one line of JSON: {what}." };

    public static Option<long> Seed(string description) =>
        new("--seed")
        {
            Description = description,
            HelpName = "S",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed))
                {
                    return seed;
                }

                result.AddError($"--seed takes a whole number, not '{text}'.");
                return 0;
            },
        };

    public static Option<int?> Threads() =>
        Within(
            "--threads",
            "Threads to compute with; all processors unless told. The result does not depend on it.",
            "T",
            1,
            WorkSplitter.MaxThreads
        );

    /// <summary>An optional whole number of at least one.</summary>
    public static Option<int?> Count(string name, string description, string helpName = "N") =>
        Within(name, description, helpName, 1, int.MaxValue);

    /// <summary>An optional whole number within a range.</summary>
    public static Option<int?> Within(string name, string description, string helpName, int least, int most)
    {
        var range = most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most}";
        return new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (
                    int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && number >= least
                    && number <= most
                )
                {
                    return number;
                }

                result.AddError($"{name} takes a whole number {range}, not '{text}'.");
                return null;
            },
        };
    }

    /// <summary>An optional finite number above zero.</summary>
    public static Option<double?> Rate(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "R",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (
                    double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && number > 0
                    && double.IsFinite(number)
                )
                {
                    return number;
                }

                result.AddError($"{name} takes a finite number above zero, not '{text}'.");
                return null;
            },
        };

    /// <summary>Sets the number of threads if the option was given.</summary>
    public static void Apply(int? threads)
    {
        if (threads is { } count)
        {
            WorkSplitter.Threads = count;
        }
    }
}
