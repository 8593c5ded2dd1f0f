using System.CommandLine;
using Descent.Cli.Display;
using Descent.Data;
using Descent.Models;
using Spectre.Console;

namespace Descent.Cli.Commands;

/// <summary><c>descent summary</c>: the layers of a network.</summary>
internal static class SummaryCommand
{
    public static Command Create()
    {
        var network = new Argument<string?>("network")
        {
            Description = $"A network ({string.Join(", ", DigitNetworks.Names)}), a run's folder or a model file.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var runs = Options.Runs();
        var command = new Command(
            "summary",
            "Shows a network's layers with their output shapes, weights and multiply-adds for one picture."
        )
        {
            network,
            runs,
        };
        command.SetAction(result =>
        {
            var named = result.GetValue(network) ?? Recipe.Digits.Network;
            var isName = DigitNetworks.Names.Contains(named);
            var model = isName ? null : SavedModel.Load(named, result.GetRequiredValue(runs));
            var layers = model?.Network ?? DigitNetworks.Create(named);
            Screen.Line();
            RunScreen.Fact("network", model?.NetworkName ?? named);
            Screen.Line();
            foreach (var line in layers.Summary([1, 1, Digits.Side, Digits.Side]).ToString().Split('\n'))
            {
                Screen.Line("  " + line.TrimEnd().EscapeMarkup());
            }

            Screen.Line();
            return ExitCode.Done;
        });
        return command;
    }
}
