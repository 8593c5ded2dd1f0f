using System.Globalization;

namespace Descent.Compare;

/// <summary>Numbers and tables as text.</summary>
internal static class Markdown
{
    /// <summary>Per cent that are no shortfall.</summary>
    private const double RoundingError = 1e-9;

    public const string Missing = "–";
    public const string Failed = "failed";

    /// <summary>A row of a table.</summary>
    public static string Row(params IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    /// <summary>The first row of a table and the line below it.</summary>
    public static string Head(params IReadOnlyList<string> cells) =>
        $"{Row(cells)}\n|{string.Concat(Enumerable.Repeat("---|", cells.Count))}";

    /// <summary>Three significant digits, all digits of whole numbers.</summary>
    public static string Number(double? number) =>
        number is not { } value ? Missing
        : value == 0 ? "0"
        : value.ToString(
            Math.Abs(value) switch
            {
                >= 99.95 => "0",
                >= 9.995 => "0.0",
                >= 0.9995 => "0.00",
                >= 0.09995 => "0.000",
                >= 0.001 => "0.0000",
                _ => "0.0e0",
            },
            CultureInfo.InvariantCulture
        );

    /// <summary>A factor that is asked for: <c>2.5 ×</c>.</summary>
    public static string Times(double? factor) =>
        factor is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number} ×") : Missing;

    /// <summary>A figure and the best one: <c>1.23 (1.10)</c>.</summary>
    public static string Pair(double? figure, double? best) =>
        best is null ? Number(figure) : $"{Number(figure)} ({Number(best)})";

    /// <summary>A ratio, its best, and whether it reaches what is asked or by how much it falls short.</summary>
    public static string AtLeast(double? ratio, double? best, double? asked) =>
        Judged(ratio, best, asked, ratio >= asked, 1 - ratio / asked, "short");

    /// <summary>A ratio, its best, and whether it keeps under a limit or by how much it is over.</summary>
    public static string AtMost(double? ratio, double? best, double? asked) =>
        Judged(ratio, best, asked, ratio <= asked, ratio / asked - 1, "over");

    private static string Judged(double? ratio, double? best, double? asked, bool isMet, double? gap, string word) =>
        ratio is null ? Missing
        : asked is null ? Pair(ratio, best)
        : isMet ? $"**{Pair(ratio, best)}**, met"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Pair(ratio, best)}, {Math.Ceiling(100 * gap!.Value - RoundingError)} % {word}"
        );
}
