using System.Diagnostics;
using Descent.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Descent.Cli.Display;

/// <summary>Progress for terminals: epochs scroll up as they end; below them the loss is drawn and a bar moves.</summary>
internal sealed class LiveProgress : IProgress<TrainingProgress>
{
    private const int WidestBar = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(80);
    private readonly Stopwatch sinceDrawn = Stopwatch.StartNew();
    private LiveDisplayContext? context;
    private TrainingProgress latest;
    private double previousSum;

    /// <summary>The loss over the whole training.</summary>
    public LossChart Chart { get; } = new();

    /// <summary>What moves. The first line is blank: an epoch's line is written over it and would leave the rest of it standing.</summary>
    public IRenderable View => new Rows(new Text(""), Chart, new Text(""), new Markup(Bar()));

    /// <summary>Tells where to draw.</summary>
    public void Attach(LiveDisplayContext display) => context = display;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        latest = value;
        if (value.Finished is { } epoch)
        {
            previousSum = 0;
            Chart.AddEpoch(Done(value), epoch.ValidationLoss);
            EpochLine.Show(epoch);
        }
        else
        {
            // The report has the epoch's mean; the chart shows each batch.
            var sum = value.Loss * value.Batch;
            Chart.AddBatch(Done(value), sum - previousSum);
            previousSum = sum;
        }

        if (sinceDrawn.Elapsed >= Pause)
        {
            sinceDrawn.Restart();
            context!.UpdateTarget(View);
        }
    }

    private static double Done(TrainingProgress value) =>
        (value.Epoch - 1 + (double)value.Batch / value.Batches) / value.Epochs;

    private string Bar()
    {
        if (latest.Epochs == 0)
        {
            return "  [grey]starting[/]";
        }

        var width = Math.Clamp(Screen.Out.Profile.Width - 70, 8, WidestBar);
        var full = (int)Math.Round(width * Done(latest));
        var bar = $"[deepskyblue1]{new string('━', full)}[/][grey30]{new string('━', width - full)}[/]";
        return $"  epoch [bold]{latest.Epoch}[/] of {latest.Epochs}  {bar}  loss [bold]{Screen.Short(latest.Loss)}[/]"
            + $"  [grey]{Screen.Grouped(latest.SamplesPerSecond)} pictures/s, {Screen.Duration(latest.Remaining)} left[/]";
    }
}
