using System.Globalization;
using System.Text;

namespace Descent.Layers;

/// <summary>One row of a <see cref="Summary"/>.</summary>
/// <param name="Name">The layer's path.</param>
/// <param name="Kind">The layer's type and options.</param>
/// <param name="OutputShape">What came out for the input asked about.</param>
/// <param name="Parameters">Trainable numbers of the layer itself.</param>
/// <param name="MultiplyAdds">Multiplications, each with an addition.</param>
public sealed record SummaryRow(string Name, string Kind, Shape OutputShape, long Parameters, long MultiplyAdds);

/// <summary>The layers of a network with their sizes; <see cref="ToString"/> is a table.</summary>
/// <param name="InputShape">The input asked about.</param>
/// <param name="Rows">The layers without parts of their own, in the order they ran.</param>
public sealed record Summary(Shape InputShape, IReadOnlyList<SummaryRow> Rows)
{
    /// <summary>What came out of the whole network.</summary>
    public Shape OutputShape { get; private init; }

    /// <summary>Trainable numbers of the whole network, frozen ones included.</summary>
    public long Parameters { get; private init; }

    /// <summary>Those of them that are not frozen.</summary>
    public long TrainableParameters { get; private init; }

    /// <summary>Multiplications, each with an addition, of the whole network.</summary>
    public long MultiplyAdds => Rows.Sum(row => row.MultiplyAdds);

    internal static Summary Of(Layer network, Shape inputShape, DType? inputType)
    {
        var rows = new List<SummaryRow>();
        Layer.Observer = (layer, input, output) =>
        {
            if (layer.IsOneRow)
            {
                rows.Add(
                    new SummaryRow(
                        layer.Path.Length > 0 ? layer.Path : layer.GetType().Name,
                        layer.ToString()!,
                        output.Shape,
                        layer.ParameterCount,
                        layer.MultiplyAdds(input.Shape, output.Shape)
                    )
                );
            }
        };
        try
        {
            var dtype = inputType ?? (network.Parameters.Count > 0 ? network.Parameters[0].DType : DType.Float32);
            return new Summary(inputShape, rows)
            {
                OutputShape = network.Forward(Tensor.Zeros(inputShape, dtype)).Shape,
                Parameters = network.ParameterCount,
                TrainableParameters = network.TrainableParameterCount,
            };
        }
        finally
        {
            Layer.Observer = null;
        }
    }

    /// <summary>The table, with a last line of sums.</summary>
    public override string ToString()
    {
        string[] head = ["layer", "kind", "output", "parameters", "multiply-adds"];
        var lines = Rows.Select(row =>
                (string[])
                    [row.Name, row.Kind, row.OutputShape.ToString(), Grouped(row.Parameters), Grouped(row.MultiplyAdds)]
            )
            .Append(["total", "", OutputShape.ToString(), Grouped(Parameters), Grouped(MultiplyAdds)])
            .ToList();
        var widths = head.Select((title, column) => Math.Max(title.Length, lines.Max(line => line[column].Length)))
            .ToArray();
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"input {InputShape}");
        AppendLine(text, head, widths);
        text.AppendLine(new string('─', widths.Sum() + 2 * (widths.Length - 1)));
        foreach (var line in lines)
        {
            AppendLine(text, line, widths);
        }

        if (TrainableParameters < Parameters)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{Grouped(Parameters - TrainableParameters)} parameters are frozen."
            );
        }

        return text.ToString().TrimEnd();
    }

    private static void AppendLine(StringBuilder text, string[] cells, int[] widths)
    {
        var padded = cells.Select(
            (cell, column) => column < 3 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])
        );
        text.AppendLine(string.Join("  ", padded).TrimEnd());
    }

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
