using System.Globalization;
using Descent.Cli.Commands;
using Descent.Cli.Display;
using Descent.Data;
using Descent.Layers;
using Descent.Losses;
using Descent.Models;
using Descent.Optimizers;
using Descent.Training;

namespace Descent.Cli;

/// <summary>Carries out <c>descent train</c>: data, network, training, the one look at the test set.</summary>
internal static class TrainingRun
{
    private const int EvaluationBatch = 250;

    /// <summary>Trains, saves and reports.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Execute(TrainingOrder order)
    {
        using var interruption = new Interruption();
        var recipe = order.Recipe;
        var network = DigitNetworks.Create(recipe.Network);
        network.Initialize(order.Seed);
        var splits = DigitData.Load(order.Data, order.Folder, order.Seed, order.Samples);
        var folder = NewRun.Create(order.Runs, order.Data, Settings(order, splits), network);
        interruption.KeepWork();

        RunScreen.Begin(order, network, splits);
        var result = Train(order, network, splits, folder, interruption.Token);
        if (result.End == TrainingEnd.Cancelled)
        {
            RunScreen.Stopped(result, folder);
            RunReport.Write(order, result, null, folder);
            return ExitCode.Interrupted;
        }

        var test = Evaluation.Of(
            network,
            splits.Test.Loader(EvaluationBatch),
            splits.Test.ClassNames,
            interruption.Token
        );
        RunScreen.Finished(result, test, folder, order.Runs);
        RunReport.Write(order, result, test, folder);
        return ExitCode.Done;
    }

    private static TrainingResult Train(
        TrainingOrder order,
        Sequential network,
        ImageSplits splits,
        RunFolder folder,
        CancellationToken cancellation
    )
    {
        var recipe = order.Recipe;
        var loader = recipe.Expands
            ? new ShiftExpansion(splits.Training).Loader(recipe.BatchSize, shuffle: true, order.Seed)
            : splits.Training.Loader(recipe.BatchSize, shuffle: true, order.Seed);
        var validation = splits.Validation.Loader(EvaluationBatch);
        var optimizer = recipe.Optimizer(network, recipe.LearningRate);
        optimizer.Schedule = Schedule.Exponential(recipe.LearningRateDecay).PerEpoch(loader.BatchCount);
        try
        {
            return TrainingDisplay.Show(progress =>
                new Trainer<(Tensor Images, Tensor Labels)>(
                    network,
                    optimizer,
                    batch => Loss.CrossEntropy(network.Forward(batch.Images), batch.Labels),
                    token => Evaluation.Of(network, validation, splits.Validation.ClassNames, token)
                )
                {
                    Epochs = recipe.Epochs,
                    Progress = progress,
                    RunFolder = folder,
                }.Fit(loader, cancellation)
            );
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArithmeticException)
        {
            var kept = File.Exists(folder.ModelPath)
                ? $"The best weights before that are safe in {folder.ModelPath}."
                : "Nothing had been saved before that.";
            var what = problem is ArithmeticException ? "" : $"The run folder {folder.Path} can no longer be written: ";
            throw new IOException($"{what}{problem.Message} {kept}", problem);
        }
    }

    private static Dictionary<string, string> Settings(TrainingOrder order, ImageSplits splits)
    {
        var recipe = order.Recipe;
        return new()
        {
            [RunSettings.Network] = recipe.Network,
            [RunSettings.Data] = order.Data,
            [RunSettings.Seed] = order.Seed.ToString(CultureInfo.InvariantCulture),
            ["recipe"] = recipe.Name,
            ["training_pictures"] = splits.Training.Count.ToString(CultureInfo.InvariantCulture),
            ["expanded"] = recipe.Expands ? "true" : "false",
            ["epochs"] = recipe.Epochs.ToString(CultureInfo.InvariantCulture),
            ["batch_size"] = recipe.BatchSize.ToString(CultureInfo.InvariantCulture),
            ["learning_rate"] = recipe.LearningRate.ToString(CultureInfo.InvariantCulture),
            ["learning_rate_decay"] = recipe.LearningRateDecay.ToString(CultureInfo.InvariantCulture),
            ["descent_version"] = ToolVersion.Text,
        };
    }
}
