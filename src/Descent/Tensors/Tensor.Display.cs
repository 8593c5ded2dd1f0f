using System.Globalization;
using System.Text;

namespace Descent;

public partial class Tensor
{
    private const int ShownAtEachEnd = 3;
    private const int ShownWhole = 1000;
    private const int ShownInRow = 32;

    /// <summary>The tensor as a person reads it: element type, shape and the numbers in aligned brackets, the middle of long axes left out.</summary>
    public override string ToString()
    {
        if (operand.Storage.Generation != generation)
        {
            return $"{DType.Name()} {Shape} (recycled when its training step ended)";
        }

        var head = $"{DType.Name()} {Shape}";
        if (Count == 0)
        {
            return head + " []";
        }

        var cells = Format(Shown());
        var width = cells.Max(cell => cell.Length);
        var text = new StringBuilder(head).Append(Rank > 1 ? Environment.NewLine : " ");
        var next = 0;
        Write(text, 0, cells, width, ref next);
        return text.ToString();
    }

    private bool IsShortened(int axis) =>
        Shape[axis] > 2 * ShownAtEachEnd && (Count > ShownWhole || (axis == Rank - 1 && Shape[axis] > ShownInRow));

    /// <summary>The elements that are shown.</summary>
    private Tensor Shown()
    {
        var shown = this;
        for (var axis = 0; axis < Rank; axis++)
        {
            if (IsShortened(axis))
            {
                shown = Ends(shown, axis);
            }
        }

        return shown;
    }

    private static Tensor Ends(Tensor tensor, int axis)
    {
        var size = tensor.Shape[axis];
        long[] places = [0, 1, 2, size - 3, size - 2, size - 1];
        var ends = Lasting(tensor.Device, tensor.DType, tensor.Shape.With(axis, places.Length));
        tensor.Backend.Gather(tensor.View, axis, From(places).To(tensor.Device).View, ends.View);
        return ends;
    }

    private static string[] Format(Tensor shown)
    {
        if (!shown.DType.IsFloating())
        {
            var whole = shown.To(DType.Int64).ToArray<long>();
            return shown.DType == DType.Bool
                ? [.. whole.Select(value => value != 0 ? "true" : "false")]
                : [.. whole.Select(value => value.ToString(CultureInfo.InvariantCulture))];
        }

        var values = shown.To(DType.Float64).ToArray<double>();
        var finite = values.Where(double.IsFinite).Select(Math.Abs).Where(value => value > 0).ToArray();
        var format =
            shown.Count == 1 ? "G6"
            : finite.Length == 0 || (finite.All(double.IsInteger) && finite.Max() < 1e8) ? "0"
            : finite.Max() >= 1e5 || finite.Max() < 1e-3 ? "0.0000e+00"
            : "0.0000";
        return [.. values.Select(value => Format(value, format))];
    }

    private static string Format(double value, string format) =>
        double.IsPositiveInfinity(value) ? "∞"
        : double.IsNegativeInfinity(value) ? "-∞"
        : value.ToString(format, CultureInfo.InvariantCulture);

    private void Write(StringBuilder text, int axis, string[] cells, int width, ref int next)
    {
        if (axis == Rank)
        {
            text.Append(cells[next++].PadLeft(width));
            return;
        }

        var size = IsShortened(axis) ? 2 * ShownAtEachEnd : Shape[axis];
        var separator = axis == Rank - 1 ? ", " : "," + Environment.NewLine + new string(' ', axis + 1);
        text.Append('[');
        for (var index = 0; index < size; index++)
        {
            if (index > 0)
            {
                text.Append(separator);
            }

            if (IsShortened(axis) && index == ShownAtEachEnd)
            {
                text.Append('…').Append(separator);
            }

            Write(text, axis + 1, cells, width, ref next);
        }

        text.Append(']');
    }
}
