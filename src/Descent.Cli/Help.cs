using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Descent.Cli;

/// <summary>Help that ends with examples to copy.</summary>
internal static class Help
{
    private static readonly Dictionary<string, string[]> Examples = new()
    {
        ["descent"] =
        [
            "descent train digits          learn from synthetic digits: no data needed, under a minute",
            "descent predict               read digits with the newest model",
            "descent train mnist --help    all about training on MNIST",
        ],
        ["descent train"] =
        [
            "descent train digits          no data needed, under a minute",
            "descent train mnist           downloads MNIST once, or reads --data DIR",
        ],
        ["descent train digits"] =
        [
            "descent train digits",
            "descent train digits --epochs 20 --seed 1 --runs /tmp/runs",
            "descent train digits --json | tail -1          the result for a script",
        ],
        ["descent train mnist"] =
        [
            "descent train mnist --epochs 3                 the tool's own recipe",
            "descent train mnist --data ~/mnist --expand    with every picture moved by one pixel, five times as many",
            "descent train mnist --recipe source            the textbook's recipe: 40 epochs of 250,000 pictures",
        ],
        ["descent evaluate"] =
        [
            "descent evaluate                               the newest model on its own test set",
            "descent evaluate runs/digits-1 --on mnist      synthetic digits were learned; are real ones read?",
        ],
        ["descent predict"] =
        [
            "descent predict                                three unseen digits, the newest model",
            "descent predict runs/digits-1 --digit 7 --count 5",
            "descent predict runs/mnist-1 --data ~/mnist --index 18",
            "descent predict runs/mnist-1 pictures-idx3-ubyte.gz",
        ],
        ["descent summary"] =
        [
            "descent summary wide                           a network by its name",
            "descent summary runs/digits-1                  the network of a run",
        ],
        ["descent info"] = ["descent info                                   what to tell when you report a bug"],
    };

    /// <summary>Makes every <c>--help</c> below a command end with its examples.</summary>
    public static void Teach(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExamples((HelpAction)option.Action!);
        root.SetAction(result =>
        {
            new HelpWithExamples(new HelpAction()).Invoke(result);
            return ExitCode.WrongUsage;
        });
    }

    /// <summary>Whether <c>--help</c> stands on the command line, whatever else is wrong with it.</summary>
    public static bool WasAsked(ParseResult result) => result.Action is HelpWithExamples;

    /// <summary>The command as it is typed: <c>descent train digits</c>.</summary>
    public static string PathOf(ParseResult result)
    {
        var names = new List<string>();
        for (var at = result.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Insert(0, at.Command is RootCommand ? "descent" : at.Command.Name);
        }

        return string.Join(' ', names);
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            inner.Invoke(parseResult);
            if (Examples.TryGetValue(PathOf(parseResult), out var lines))
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var line in lines)
                {
                    output.WriteLine("  " + line);
                }
            }

            return ExitCode.Done;
        }
    }
}
