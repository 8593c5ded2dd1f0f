using Descent.Cli.Commands;
using Descent.Data;
using Descent.Layers;
using Descent.Numerics;
using Descent.Training;
using Spectre.Console;

namespace Descent.Cli.Display;

/// <summary>What a run says before and after its training.</summary>
internal static class RunScreen
{
    /// <summary>What will be trained, on what, with what.</summary>
    public static void Begin(TrainingOrder order, Sequential network, ImageSplits splits)
    {
        var recipe = order.Recipe;
        var what = order.Data == DigitData.Synthetic ? "synthetic digits" : "MNIST";
        var count = splits.Training.Count * (recipe.Expands ? 5 : 1);
        var threads = WorkSplitter.Threads == 1 ? "1 thread" : $"{WorkSplitter.Threads} threads";
        Screen.Line();
        Screen.Line($"  [bold deepskyblue1]descent[/] [bold]learns to read {what}[/]");
        Screen.Line();
        Fact("network", $"{recipe.Network}, {Screen.Grouped(network.ParameterCount)} weights");
        Fact(
            "data",
            $"{Screen.Grouped(count)} pictures to learn from, {Screen.Grouped(splits.Validation.Count)} to choose by, {Screen.Grouped(splits.Test.Count)} to measure on"
        );
        Fact(
            "recipe",
            FormattableString.Invariant(
                $"{recipe.Name}: {recipe.Epochs} epochs, batches of {recipe.BatchSize}, learning rate {recipe.LearningRate}, seed {order.Seed}"
            )
        );
        Fact("machine", $"{threads}, vectors of {Lanes.WidthInBits} bits");
        Screen.Line();
    }

    /// <summary>How well it reads digits it never saw, where it is, and what to do next.</summary>
    public static void Finished(TrainingResult result, Evaluation test, RunFolder folder, string runs)
    {
        Screen.Line();
        EvaluationScreen.Show("on digits it never saw", test);
        Screen.Line();
        var best = result.Best!;
        Fact(
            "trained",
            $"in {Screen.Duration(result.Elapsed)}; the weights are those of epoch {best.Epoch}, the best on validation"
        );
        Fact("model", folder.ModelPath);
        Screen.Line();
        var named = runs == "runs" ? RelativeTo(folder.Path) : folder.Path;
        Screen.Line("  Let it read some digits:");
        Screen.Line($"    [deepskyblue1]{CommandName.Of("predict " + named).EscapeMarkup()}[/]");
        Screen.Line();
    }

    /// <summary>Where the work of an interrupted run is.</summary>
    public static void Stopped(TrainingResult result, RunFolder folder)
    {
        Screen.Line();
        var kept = result.Best is { } best
            ? $"The weights of epoch {best.Epoch} ({Screen.Percent(best.ValidationAccuracy)} on validation) are kept:"
            : "No epoch was done; the weights so far are kept:";
        Screen.Line($"  [yellow]Interrupted[/] after {Screen.Duration(result.Elapsed)}. {kept}");
        Fact("model", folder.ModelPath);
        Fact("log", Path.Combine(folder.Path, RunFolder.MetricsFile));
        Screen.Line();
    }

    /// <summary>A line of a name and what there is to say.</summary>
    public static void Fact(string name, string value) => Screen.Line($"  [grey]{name, -9}[/] {value.EscapeMarkup()}");

    private static string RelativeTo(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path);
}
