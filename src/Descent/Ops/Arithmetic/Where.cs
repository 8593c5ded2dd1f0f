namespace Descent;

public partial class Tensor
{
    /// <summary>Takes <paramref name="whenTrue"/> where the mask holds, else <paramref name="whenFalse"/>; all three broadcast.</summary>
    /// <remarks><b>Gradient</b>: dy goes to the side that was taken, 0 to the other.</remarks>
    /// <exception cref="DTypeException">The mask is not of truth values, or the two sides differ in type.</exception>
    public static Tensor Where(Tensor mask, Tensor whenTrue, Tensor whenFalse)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.DType != DType.Bool)
        {
            throw new DTypeException(
                $"Where: the mask holds {mask.DType.Name()}; make truth values by a comparison, such as x > 0."
            );
        }

        var sides = RequirePair(whenTrue, whenFalse, nameof(Where));
        var shape = RequireBroadcast(mask.Shape, sides, nameof(Where));
        var y = whenTrue.Result(shape);
        y.Backend.Where(mask.Stretched(shape), whenTrue.Stretched(shape), whenFalse.Stretched(shape), y.View);
        return Tape.Tracks(whenTrue, whenFalse) ? y.From(new WhereOp(mask, whenTrue, whenFalse)) : y;
    }
}

/// <summary>The node of <see cref="Tensor.Where"/>.</summary>
internal sealed class WhereOp(Tensor mask, Tensor whenTrue, Tensor whenFalse) : Op(whenTrue, whenFalse)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var zero = gradient.Constant(0);
        if (tape.Needs(whenTrue))
        {
            tape.Add(whenTrue, Tensor.Where(mask, gradient, zero));
        }

        if (tape.Needs(whenFalse))
        {
            tape.Add(whenFalse, Tensor.Where(mask, zero, gradient));
        }
    }
}
