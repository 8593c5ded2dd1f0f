using Descent.Metrics;
using Descent.Training;
using Spectre.Console;

namespace Descent.Cli.Display;

/// <summary>Accuracy, loss and the confusion matrix.</summary>
internal static class EvaluationScreen
{
    /// <summary>Prints them.</summary>
    /// <param name="where">What was measured on.</param>
    /// <param name="evaluation">What came out.</param>
    public static void Show(string where, Evaluation evaluation)
    {
        var confusion = evaluation.Confusion;
        var wrong = confusion.Total - confusion.Correct;
        Screen.Line(
            $"  [bold]accuracy [green]{Screen.Percent(evaluation.Accuracy)}[/][/] {where}: {Screen.Grouped(wrong)} of {Screen.Grouped(confusion.Total)} wrong, loss {Screen.Short(evaluation.Loss)}"
        );
        Screen.Line();
        if (Screen.HasColors)
        {
            ShowColored(confusion);
        }
        else
        {
            foreach (var line in confusion.ToString().Split('\n'))
            {
                Screen.Line("  " + line.TrimEnd().EscapeMarkup());
            }
        }
    }

    private static void ShowColored(ConfusionMatrix confusion)
    {
        var classes = confusion.ClassNames.Count;
        var worst = Enumerable.Range(0, classes * classes).Max(i => OffDiagonal(confusion, i / classes, i % classes));
        Screen.Line("  [grey]digit │ read as[/]");
        Screen.Line("  [grey]      │[/]" + string.Concat(confusion.ClassNames.Select(name => $"[grey]{name, 6}[/]")));
        Screen.Line($"  [grey]──────┼{new string('─', 6 * classes)}[/]");
        for (var row = 0; row < classes; row++)
        {
            var cells = Enumerable.Range(0, classes).Select(column => Cell(confusion, row, column, worst));
            Screen.Line($"  [grey]{confusion.ClassNames[row], 5} │[/]" + string.Concat(cells));
        }
    }

    private static string Cell(ConfusionMatrix confusion, int row, int column, long worst)
    {
        var count = confusion[row, column];
        if (row == column)
        {
            return $"[bold green]{count, 6}[/]";
        }

        if (count == 0)
        {
            return $"[grey30]{"·", 6}[/]";
        }

        // From pale yellow for the rare mistakes to red for the most frequent.
        var paleness = (int)(190 * (1 - (double)count / worst));
        return $"[rgb(255,{paleness + 60},{paleness / 2 + 40})]{count, 6}[/]";
    }

    private static long OffDiagonal(ConfusionMatrix confusion, int row, int column) =>
        row == column ? 0 : confusion[row, column];
}
