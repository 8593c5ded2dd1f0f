using System.Globalization;
using Spectre.Console;

namespace Descent.Cli.Display;

/// <summary>A digit as a picture, and beside it how likely the network holds each of the ten to be.</summary>
internal static class PredictionScreen
{
    private const int BarWidth = 30;
    private const string Eighths = "▏▎▍▌▋▊▉█";

    /// <summary>Prints one prediction.</summary>
    /// <param name="title">Which picture it is.</param>
    /// <param name="prediction">What the network says.</param>
    public static void Show(string title, Prediction prediction)
    {
        var picture = DigitPicture.Lines(prediction.Pixels, prediction.Width, Screen.HasColors);
        var beside = Beside(title, prediction);
        var blank = new string(' ', prediction.Width);
        for (var line = 0; line < Math.Max(picture.Count, beside.Count); line++)
        {
            var left = line < picture.Count ? picture[line] : blank;
            Screen.Line($"  {left}   {(line < beside.Count ? beside[line] : "")}".TrimEnd());
        }

        Screen.Line();
    }

    private static List<string> Beside(string title, Prediction prediction)
    {
        var lines = new List<string> { "", $"[grey]{title.EscapeMarkup()}[/]", Verdict(prediction) };
        for (var digit = 0; digit < prediction.Probabilities.Length; digit++)
        {
            var probability = prediction.Probabilities[digit];
            var percent = string.Create(CultureInfo.InvariantCulture, $"{probability * 100, 6:0.00} %");
            var color =
                digit != prediction.Digit ? "grey"
                : prediction.Label is { } label && label != digit ? "red"
                : "green";
            lines.Add($"[{color}]{digit} {percent} {Bar(probability)}[/]");
        }

        return lines;
    }

    private static string Verdict(Prediction prediction) =>
        prediction.Label is not { } label ? $"[bold]read as {prediction.Digit}[/]"
        : label == prediction.Digit ? $"[bold]read as {prediction.Digit}[/] [green]right[/]"
        : $"[bold]read as {prediction.Digit}[/] [red]wrong: it is a {label}[/]";

    private static string Bar(double probability)
    {
        if (!Screen.IsLive)
        {
            return new string('#', (int)Math.Round(probability * BarWidth));
        }

        var eighths = (int)Math.Round(probability * BarWidth * 8);
        var full = new string('█', eighths / 8);
        return eighths % 8 == 0 ? full : full + Eighths[eighths % 8 - 1];
    }
}

/// <summary>What a network says about a picture.</summary>
/// <param name="Index">The picture's number in its set.</param>
/// <param name="Pixels">The picture, row by row.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Label">The digit that it shows; null when nobody knows.</param>
/// <param name="Probabilities">One a digit; they add up to one.</param>
internal sealed record Prediction(int Index, byte[] Pixels, int Width, int? Label, float[] Probabilities)
{
    /// <summary>The likeliest digit.</summary>
    public int Digit => Array.IndexOf(Probabilities, Probabilities.Max());
}
