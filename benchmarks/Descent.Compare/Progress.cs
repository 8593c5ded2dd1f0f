using System.Diagnostics;

namespace Descent.Compare;

/// <summary>Says on the error stream what runs, what has ended, and how long the rest will take.</summary>
internal sealed class Progress(TextWriter writer, bool isTerminal)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private double spent;
    private double expected;

    /// <summary>Something begins: shown where a line can be overwritten.</summary>
    public void Begin(string what)
    {
        clock.Restart();
        if (isTerminal)
        {
            writer.Write($"{what} …");
        }
    }

    /// <summary>It has ended, and nothing is known of what follows.</summary>
    public void End(string what) => Finish(what, "");

    /// <summary>It has ended, as one of many.</summary>
    /// <param name="what">How.</param>
    /// <param name="planned">The seconds it was expected to take.</param>
    /// <param name="left">The seconds that the rest is expected to take.</param>
    public void End(string what, double planned, double left)
    {
        (spent, expected) = (spent + clock.Elapsed.TotalSeconds, expected + planned);
        Finish(what, left > 0 ? $" · {Duration(left * spent / expected)} left" : "");
    }

    /// <summary>A time in words, as exact as it is known.</summary>
    public static string Duration(double seconds) =>
        seconds < 100 ? $"{seconds:0} s"
        : seconds < 6000 ? $"{seconds / 60:0} min"
        : $"{seconds / 3600:0.0} h";

    private void Finish(string what, string rest) =>
        // Back to the start of the line, and clear what stands there.
        writer.WriteLine($"{(isTerminal ? "\r\e[K" : "")}{what}{rest}");
}
