using System.CommandLine;
using Descent.Cli.Display;
using Descent.Training;

namespace Descent.Cli.Commands;

/// <summary><c>descent evaluate</c>: a saved model on a test set.</summary>
internal static class EvaluateCommand
{
    private const int BatchSize = 250;

    public static Command Create()
    {
        var run = new Argument<string?>("run")
        {
            Description = "A run's folder or a model file; the newest run when left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var on = new Option<string?>("--on")
        {
            Description = "The test set: digits or mnist; the set that the model learned from when left out.",
            HelpName = "SET",
        };
        on.AcceptOnlyFromAmong(DigitData.Synthetic, DigitData.Mnist);
        var data = Options.Data("A folder with MNIST's IDX files; means --on mnist.");
        var runs = Options.Runs();
        var threads = Options.Threads();
        var json = Options.Json("test_accuracy, loss, samples, data, model");
        var command = new Command("evaluate", "Measures a saved model: accuracy, loss and what it mistakes for what.")
        {
            run,
            on,
            data,
            runs,
            threads,
            json,
        };
        command.SetAction(result =>
        {
            Options.Apply(result.GetValue(threads));
            return Execute(
                result.GetValue(run),
                result.GetValue(on),
                result.GetValue(data),
                result.GetRequiredValue(runs),
                result.GetValue(json)
            );
        });
        return command;
    }

    private static int Execute(string? run, string? on, string? folder, string runs, bool json)
    {
        if (folder is not null && on == DigitData.Synthetic)
        {
            throw new UsageException("--data names MNIST's files, but --on digits asks for synthetic digits.");
        }

        var model = SavedModel.Load(run, runs);
        var data = on ?? (folder is null ? model.Data : DigitData.Mnist);
        var test = DigitData.LoadTest(data, folder, model.Seed);
        var evaluation = Evaluation.Of(model.Network, test.Loader(BatchSize), test.ClassNames);
        Screen.Line();
        RunScreen.Fact("model", model.Path);
        RunScreen.Fact("network", $"{model.NetworkName}, trained on {model.Data}");
        Screen.Line();
        EvaluationScreen.Show(
            data == DigitData.Mnist ? "on MNIST's test set" : "on unseen synthetic digits",
            evaluation
        );
        Screen.Line();
        if (json)
        {
            Console.Out.WriteLine(
                JsonLine.Of(writer =>
                {
                    JsonLine.Number(writer, "test_accuracy", evaluation.Accuracy);
                    JsonLine.Number(writer, "loss", evaluation.Loss);
                    writer.WriteNumber("samples", evaluation.Confusion.Total);
                    writer.WriteString("data", data);
                    writer.WriteString("model", model.Path);
                })
            );
        }

        return ExitCode.Done;
    }
}
