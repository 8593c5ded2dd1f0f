using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Descent.Cli;

/// <summary>Where the tool writes: a terminal that can be drawn on, or a file or pipe that gets plain lines.</summary>
internal static class Screen
{
    private const int PlainWidth = 160;

    /// <summary>Whether standard output is a terminal that understands cursor movements.</summary>
    public static bool IsLive { get; } =
        !Console.IsOutputRedirected
        && (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"));

    /// <summary>The console to write on; without any escape code where it is not live.</summary>
    public static IAnsiConsole Out { get; } = Create();

    /// <summary>Whether shades can be shown.</summary>
    public static bool HasColors => IsLive && Out.Profile.Capabilities.ColorSystem >= ColorSystem.EightBit;

    /// <summary>Writes a line of markup.</summary>
    public static void Line(string markup = "") => Out.MarkupLine(markup);

    /// <summary>Makes the cursor visible again, for an end in the middle of a display.</summary>
    public static void ShowCursor()
    {
        if (IsLive)
        {
            Console.Out.Write("\e[?25h");
            Console.Out.Flush();
        }
    }

    /// <summary>A share in percent, as <c>98.73 %</c>.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");

    /// <summary>A whole number with separators, as <c>50,000</c>.</summary>
    public static string Grouped(double number) => Math.Round(number).ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number of a few digits, as <c>0.0421</c>.</summary>
    public static string Short(double number) => number.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>A duration as a person says it: <c>4.2 s</c>, <c>3 min 05 s</c>, <c>1 h 20 min</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        var tenths = Math.Round(time.TotalSeconds, 1);
        if (tenths < 60)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{tenths:0.0} s");
        }

        var seconds = (long)Math.Round(time.TotalSeconds);
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min {seconds % 60:00} s")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h {seconds / 60 % 60:00} min");
    }

    private static IAnsiConsole Create()
    {
        if (Console.OutputEncoding.CodePage != Encoding.UTF8.CodePage)
        {
            Console.OutputEncoding = new UTF8Encoding(false);
        }

        if (IsLive)
        {
            return AnsiConsole.Create(new AnsiConsoleSettings());
        }

        var plain = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(Console.Out),
            }
        );
        plain.Profile.Width = PlainWidth;
        return plain;
    }
}
