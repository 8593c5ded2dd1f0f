using System.CommandLine;

namespace Descent.Cli.Commands;

/// <summary><c>descent train</c>: reads the options of a run.</summary>
internal static class TrainCommand
{
    private const string JsonFields = "test_accuracy, validation_accuracy, loss, epochs, seconds, seed, run_folder";

    public static Command Create() =>
        new("train", "Trains a convolutional network to read digits, measures it on digits it never saw, and saves it.")
        {
            OnDigits(),
            OnMnist(),
        };

    private static Command OnDigits()
    {
        var command = new Command(
            DigitData.Synthetic,
            "Learns from synthetic digits, drawn by stroke models: no data needed."
        );
        var common = new CommonOptions(command, Recipe.Digits);
        command.SetAction(result => TrainingRun.Execute(common.Read(result, DigitData.Synthetic, null, Recipe.Digits)));
        return command;
    }

    private static Command OnMnist()
    {
        var command = new Command(DigitData.Mnist, "Learns from MNIST: 50,000 handwritten digits, checked on 10,000.");
        var data = Options.Data(
            "A folder with MNIST's four IDX files, plain or .gz; else they are downloaded once and kept."
        );
        var recipeName = new Option<string>("--recipe")
        {
            Description =
                "'default'; 'source', the textbook's own: 40 epochs of plain SGD on 250,000 pictures (most of an hour); 'source-inverted', the same with inverted dropout.",
            HelpName = "NAME",
            DefaultValueFactory = _ => Recipe.Mnist.Name,
        };
        recipeName.AcceptOnlyFromAmong([.. Recipe.ForMnist.Select(recipe => recipe.Name)]);
        var expand = new Option<bool?>("--expand")
        {
            Description = "Also show every picture moved by one pixel left, right, up and down: 250,000 pictures.",
        };
        command.Add(data);
        command.Add(recipeName);
        command.Add(expand);
        var common = new CommonOptions(command, Recipe.Mnist);
        command.SetAction(result =>
        {
            var recipe = Recipe.ForMnist.First(candidate => candidate.Name == result.GetValue(recipeName));
            recipe = recipe with { Expands = result.GetValue(expand) ?? recipe.Expands };
            return TrainingRun.Execute(common.Read(result, DigitData.Mnist, result.GetValue(data), recipe));
        });
        return command;
    }

    /// <summary>The options of both sets.</summary>
    private sealed class CommonOptions
    {
        private readonly Option<string> runs = Options.Runs();
        private readonly Option<int?> epochs;
        private readonly Option<int?> batchSize;
        private readonly Option<double?> learningRate;
        private readonly Option<int?> samples = Options.Count(
            "--samples",
            "Learn from fewer pictures, for a quick try."
        );
        private readonly Option<long> seed = Options.Seed(
            "The seed of first weights, order and dropout: the same seed gives the same bits."
        );
        private readonly Option<int?> threads = Options.Threads();
        private readonly Option<bool> json = Options.Json(JsonFields);

        public CommonOptions(Command command, Recipe recipe)
        {
            epochs = Options.Count("--epochs", $"Times through the data. [default: {recipe.Epochs}]");
            batchSize = Options.Count("--batch-size", $"Pictures a step. [default: {recipe.BatchSize}]");
            learningRate = Options.Rate(
                "--learning-rate",
                FormattableString.Invariant($"The first step size. [default: {recipe.LearningRate}]")
            );
            foreach (var option in (Option[])[runs, epochs, batchSize, learningRate, samples, seed, threads, json])
            {
                command.Add(option);
            }
        }

        public TrainingOrder Read(ParseResult result, string data, string? folder, Recipe recipe)
        {
            Options.Apply(result.GetValue(threads));
            return new TrainingOrder(
                data,
                folder,
                recipe with
                {
                    Epochs = result.GetValue(epochs) ?? recipe.Epochs,
                    BatchSize = result.GetValue(batchSize) ?? recipe.BatchSize,
                    LearningRate = result.GetValue(learningRate) ?? recipe.LearningRate,
                },
                result.GetRequiredValue(runs),
                result.GetValue(samples),
                result.GetValue(seed),
                result.GetValue(json)
            );
        }
    }
}

/// <summary>What a run is told to do.</summary>
/// <param name="Data">The set, by its name in <see cref="DigitData"/>.</param>
/// <param name="Folder">Where its files are, if anywhere.</param>
/// <param name="Recipe">Network, optimizer and numbers.</param>
/// <param name="Runs">The folder of runs.</param>
/// <param name="Samples">How many pictures to learn from; all when null.</param>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Json">Whether a line of JSON ends the output.</param>
internal sealed record TrainingOrder(
    string Data,
    string? Folder,
    Recipe Recipe,
    string Runs,
    int? Samples,
    long Seed,
    bool Json
);
