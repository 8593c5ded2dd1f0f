using Spectre.Console;
using Spectre.Console.Rendering;

namespace Descent.Cli.Display;

/// <summary>The loss over training, drawn in dots of two by four a character: batches as a line, validation as marks; the scale is logarithmic.</summary>
internal sealed class LossChart : Renderable
{
    private const int Rows = 6;
    private const int Columns = 60;
    private const int DotRows = 4 * Rows;
    private const int DotColumns = 2 * Columns;
    private const double Smallest = 1e-6;
    private static readonly Style LineStyle = new(Color.DeepSkyBlue1);
    private static readonly Style MarkStyle = new(Color.Yellow);
    private static readonly Style AxisStyle = new(Color.Grey);

    private readonly double[] sums = new double[DotColumns];
    private readonly int[] counts = new int[DotColumns];
    private readonly List<(double Done, double Loss)> epochs = [];

    /// <summary>Adds a batch's loss at a share of the whole training.</summary>
    public void AddBatch(double done, double loss)
    {
        var column = Math.Clamp((int)(done * DotColumns), 0, DotColumns - 1);
        sums[column] += loss;
        counts[column]++;
    }

    /// <summary>Adds an epoch's validation loss at a share of the whole training.</summary>
    public void AddEpoch(double done, double loss) => epochs.Add((done, loss));

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var (low, high) = Range();
        var dots = Draw(low, high);
        for (var row = 0; row < Rows; row++)
        {
            var label =
                row == 0 ? Label(high)
                : row == Rows - 1 ? Label(low)
                : "";
            yield return new Segment($"{label, 9} ", AxisStyle);
            yield return new Segment(row == Rows - 1 ? "└" : "│", AxisStyle);
            for (var column = 0; column < Math.Min(Columns, maxWidth - 12); column++)
            {
                yield return IsMarked(column, row, low, high) ? new Segment("●", MarkStyle)
                : dots[row, column] == 0 ? new Segment(" ")
                : new Segment(((char)(0x2800 + dots[row, column])).ToString(), LineStyle);
            }

            yield return Segment.LineBreak;
        }

        yield return new Segment($"{"", 10} ");
        yield return new Segment("loss of batches ", LineStyle);
        yield return new Segment("● of validation", MarkStyle);
        yield return Segment.LineBreak;
    }

    private static string Label(double logarithm) => Screen.Short(Math.Exp(logarithm));

    private (double Low, double High) Range()
    {
        var losses = Enumerable
            .Range(0, DotColumns)
            .Where(column => counts[column] > 0)
            .Select(column => sums[column] / counts[column])
            .Concat(epochs.Select(epoch => epoch.Loss))
            .Where(double.IsFinite)
            .Select(loss => Math.Log(Math.Max(loss, Smallest)))
            .DefaultIfEmpty(0)
            .ToList();
        var (low, high) = (losses.Min(), losses.Max());
        return high - low < 0.1 ? (low - 0.05, high + 0.05) : (low, high);
    }

    /// <summary>The dots of each character, as Unicode's Braille patterns number them.</summary>
    private int[,] Draw(double low, double high)
    {
        var cells = new int[Rows, Columns];
        var previous = -1;
        for (var column = 0; column < DotColumns; column++)
        {
            if (counts[column] == 0)
            {
                continue;
            }

            var at = DotRow(sums[column] / counts[column], low, high);
            var from = previous < 0 ? at : previous;
            for (var dot = Math.Min(at, from); dot <= Math.Max(at, from); dot++)
            {
                cells[dot / 4, column / 2] |= Bit(dot % 4, column % 2);
            }

            previous = at;
        }

        return cells;
    }

    private bool IsMarked(int column, int row, double low, double high) =>
        epochs.Exists(epoch =>
            Math.Min((int)(epoch.Done * Columns), Columns - 1) == column && DotRow(epoch.Loss, low, high) / 4 == row
        );

    private static int DotRow(double loss, double low, double high)
    {
        var height = (Math.Log(Math.Max(loss, Smallest)) - low) / (high - low);
        return Math.Clamp((int)Math.Round((1 - height) * (DotRows - 1)), 0, DotRows - 1);
    }

    private static int Bit(int row, int column) => row == 3 ? 0x40 << column : 1 << (row + 3 * column);
}
