namespace Descent;

public partial class Tensor
{
    /// <summary>With places added before and after the elements along the last axes, filled with one number.</summary>
    /// <remarks><b>Gradient</b>: dy without the added places.</remarks>
    /// <param name="padding">(before, after) for each of the last axes, in their order; <c>[(1, 1), (2, 2)]</c> pads rows by one and columns by two.</param>
    /// <param name="value">What the added places hold.</param>
    /// <exception cref="ShapeException">More pairs than axes, or a negative width.</exception>
    public Tensor Pad(ReadOnlySpan<(int Before, int After)> padding, double value = 0)
    {
        RequireWidths(padding);
        var shape = Shape;
        Span<Slice> inner = stackalloc Slice[Rank];
        inner.Fill(new Slice(..));
        for (var index = 0; index < padding.Length; index++)
        {
            var axis = Rank - padding.Length + index;
            var (before, after) = padding[index];
            inner[axis] = new Range(before, before + Shape[axis]);
            shape = shape.With(axis, checked(before + Shape[axis] + after));
        }

        var y = Result(shape);
        Backend.Fill(y.View, value);
        Backend.Copy(View, y[inner].View);
        return Tape.Tracks(this) ? y.From(new PadOp(this, inner)) : y;
    }

    private void RequireWidths(ReadOnlySpan<(int Before, int After)> padding)
    {
        for (var index = 0; index < padding.Length; index++)
        {
            var axis = Rank - padding.Length + index;
            var (before, after) = padding[index];
            if (axis < 0 || before < 0 || after < 0)
            {
                throw new ShapeException(
                    $"Pad: width ({before}, {after}) for axis {axis} of a tensor of shape {Shape}{Tape.InLayer}; widths are zero or more, one pair an axis."
                );
            }
        }
    }
}

/// <summary>The node of a padding.</summary>
internal sealed class PadOp : Op
{
    private readonly Tensor x;
    private readonly Slice[] inner;

    internal PadOp(Tensor x, ReadOnlySpan<Slice> inner)
        : base(x)
    {
        this.x = x;
        this.inner = inner.ToArray();
    }

    internal override void Backward(Tensor gradient, Tape tape) => tape.Add(x, gradient[inner]);
}
