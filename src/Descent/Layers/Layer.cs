namespace Descent.Layers;

/// <summary>A module that turns one tensor into another: what <see cref="Sequential"/> is made of.</summary>
public abstract class Layer : Module
{
    /// <summary>Told of every layer that runs on this thread, while a summary is made.</summary>
    [field: ThreadStatic]
    internal static Action<Layer, Tensor, Tensor>? Observer { get; set; }

    /// <summary>Computes the output: in training mode inside a training step, else in inference.</summary>
    /// <param name="input">The input, of the shape that the layer's documentation names.</param>
    /// <exception cref="ShapeException">The input does not fit the layer.</exception>
    public Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        EnsureInitialized();
        var outer = Tape.LayerPath;
        Tape.LayerPath = Path.Length > 0 ? Path : GetType().Name;
        try
        {
            var output = Compute(input);
            Observer?.Invoke(this, input, output);
            return output;
        }
        finally
        {
            Tape.LayerPath = outer;
        }
    }

    /// <summary>The layer's formula; called by <see cref="Forward"/> alone.</summary>
    protected abstract Tensor Compute(Tensor input);

    /// <summary>Multiplications, each with an addition, from an input to an output of the given shapes.</summary>
    protected internal virtual long MultiplyAdds(Shape input, Shape output) => 0;

    /// <summary>A table of the layers, their output shapes, parameters and multiply-adds, for an input of the given shape.</summary>
    /// <param name="inputShape">With its batch axis: <c>[1, 1, 28, 28]</c>.</param>
    public Summary Summary(Shape inputShape) => Layers.Summary.Of(this, inputShape);
}
