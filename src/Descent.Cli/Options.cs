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

    public static Option<long> Seed(string description) => new("--seed") { Description = description, HelpName = "S" };

    public static Option<int?> Threads()
    {
        var option = new Option<int?>("--threads")
        {
            Description = "Threads to compute with; all processors unless told. The result does not depend on it.",
            HelpName = "T",
        };
        return Within(option, 1, WorkSplitter.MaxThreads);
    }

    /// <summary>An optional whole number of at least one.</summary>
    public static Option<int?> Count(string name, string description, string helpName = "N") =>
        Within(new Option<int?>(name) { Description = description, HelpName = helpName }, 1, int.MaxValue);

    /// <summary>Refuses numbers outside a range.</summary>
    public static Option<int?> Within(Option<int?> option, int least, int most)
    {
        option.Validators.Add(result =>
        {
            // A value that is no number at all has been refused before.
            if (
                result.Tokens is [var token]
                && int.TryParse(token.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
                && (number < least || number > most)
            )
            {
                var bounds = most == int.MaxValue ? $"at least {least}" : $"from {least} to {most}";
                result.AddError($"{option.Name} is {number}; it must be {bounds}.");
            }
        });
        return option;
    }

    /// <summary>An optional finite number above zero.</summary>
    public static Option<double?> Rate(string name, string description)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = "R" };
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && !(number > 0 && double.IsFinite(number))
            )
            {
                result.AddError($"{name} is {token.Value}; it must be a finite number above zero.");
            }
        });
        return option;
    }

    /// <summary>Sets the number of threads if the option was given.</summary>
    public static void Apply(int? threads)
    {
        if (threads is { } count)
        {
            WorkSplitter.Threads = count;
        }
    }
}
