using System.Globalization;
using Descent.Training;

namespace Descent.Cli.Display;

/// <summary>The table of epochs, a line at a time as they end.</summary>
internal static class EpochLine
{
    /// <summary>The head of the table.</summary>
    public static void Head() =>
        Screen.Line(
            $"  [grey]{"epoch", 5}  {"loss", 8}  {"check loss", 10}  {"accuracy", 9}  {"pictures/s", 10}  {"time", 8}[/]"
        );

    /// <summary>One epoch's figures; a star marks the best so far.</summary>
    public static void Show(EpochResult epoch)
    {
        var accuracy = Screen.Percent(epoch.ValidationAccuracy);
        var star = epoch.IsBest ? "  [yellow]★[/]" : "";
        var time = Screen.Duration(TimeSpan.FromSeconds(epoch.Seconds));
        Screen.Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {epoch.Epoch, 5}  {Screen.Short(epoch.TrainingLoss), 8}  {Screen.Short(epoch.ValidationLoss), 10}  [bold]{accuracy, 9}[/]  {Screen.Grouped(epoch.SamplesPerSecond), 10}  {time, 8}{star}"
            )
        );
    }
}
