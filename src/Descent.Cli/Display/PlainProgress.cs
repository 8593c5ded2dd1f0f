using System.Globalization;
using Descent.Training;

namespace Descent.Cli.Display;

/// <summary>Progress for files and pipes: a line an epoch, and one every few seconds within a long epoch.</summary>
internal sealed class PlainProgress : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);
    private TimeSpan last;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (value.Finished is { } epoch)
        {
            EpochLine.Show(epoch);
            last = value.Elapsed;
        }
        else if (value.Elapsed - last >= Pause)
        {
            last = value.Elapsed;
            Screen.Line(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {value.Epoch, 5}  {Screen.Short(value.Loss), 8}  batch {value.Batch} of {value.Batches}, {Screen.Grouped(value.SamplesPerSecond)} pictures/s, {Screen.Duration(value.Remaining)} left"
                )
            );
        }
    }
}
