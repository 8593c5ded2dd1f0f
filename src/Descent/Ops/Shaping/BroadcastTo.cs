namespace Descent;

public partial class Tensor
{
    /// <summary>The elements repeated to fill a larger shape, without a copy: axes align from the right and a size of 1 stretches.</summary>
    /// <remarks><b>Gradient</b>: dx = Σ dy over the repeats.</remarks>
    /// <exception cref="ShapeException">This shape does not broadcast to the other.</exception>
    public Tensor BroadcastTo(Shape shape)
    {
        if (shape == Shape)
        {
            return this;
        }

        if (Rank > shape.Rank || RequireBroadcast(Shape, shape, nameof(BroadcastTo)) != shape)
        {
            throw new ShapeException($"BroadcastTo: {Shape} does not stretch to {shape}{Tape.InLayer}.");
        }

        var stretched = Stretched(shape);
        var y = Seen(shape, stretched.Strides, stretched.Offset);
        return Tape.Tracks(this) ? y.From(new BroadcastToOp(this)) : y;
    }
}

/// <summary>The node of a broadcast; the tape sums the repeats.</summary>
internal sealed class BroadcastToOp(Tensor x) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape) => tape.Add(x, gradient);
}
