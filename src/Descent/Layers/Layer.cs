namespace Descent.Layers;

/// <summary>A module that turns one tensor into another: what <see cref="Sequential"/> is made of.</summary>
public abstract class Layer : Module
{
    private static readonly Lock hookChange = new();

    private volatile Action<Tensor>[] hooks = [];

    /// <summary>Told of every layer that runs on this thread, while a summary is made.</summary>
    [field: ThreadStatic]
    internal static Action<Layer, Tensor, Tensor>? Observer { get; set; }

    /// <summary>Computes the output: in training mode inside a training step, else in inference.</summary>
    /// <param name="input">The input, of the shape that the layer's documentation names.</param>
    /// <exception cref="ShapeException">The input does not fit the layer.</exception>
    public Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Forward(input, [], out _);
    }

    /// <summary>Computes the output of this layer or, where one operation covers them, of this layer and the first of those that follow it.</summary>
    /// <param name="input">The input.</param>
    /// <param name="following">The layers that the output goes to, one after the other.</param>
    /// <param name="covered">How many of them are done.</param>
    internal Tensor Forward(Tensor input, ReadOnlySpan<Layer> following, out int covered)
    {
        using var scope = Enter();
        covered = 0;
        if (Observer is null && hooks.Length == 0)
        {
            return following.IsEmpty ? Compute(input) : ComputeFused(input, following, out covered);
        }

        var observer = Observer;
        Observer = IsOneRow ? null : observer;
        var output = Compute(input);
        Observer = observer;
        observer?.Invoke(this, input, output);
        Show(output);
        return output;
    }

    /// <summary>Hands an output to those who asked for it.</summary>
    private protected void Show(Tensor output)
    {
        foreach (var hook in hooks)
        {
            hook(output);
        }
    }

    /// <summary>Draws first values that are missing, and names this layer in errors until the scope ends.</summary>
    private protected LayerScope Enter()
    {
        EnsureInitialized();
        return new LayerScope(Path.Length > 0 ? Path : GetType().Name);
    }

    /// <summary>Whether a summary shows the layer as one row, without its parts.</summary>
    internal virtual bool IsOneRow => Modules.Count == 1;

    /// <summary>Calls an action with every output of this layer, until the result is disposed: to read features, or to draw them.</summary>
    /// <remarks>Inside a training step the output is recycled at the step's end: read or <c>Clone</c> what you keep. <see cref="LayerOutputs"/> collects outputs by name.</remarks>
    /// <param name="hook">Called on the thread that runs the layer; may be called on several at once.</param>
    /// <returns>Ends the calls when disposed.</returns>
    public IDisposable Hook(Action<Tensor> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        lock (hookChange)
        {
            hooks = [.. hooks, hook];
        }

        return new Unhook(this, hook);
    }

    /// <summary>Whether somebody reads the outputs, so that no neighbour may leave them out.</summary>
    internal bool IsHooked => hooks.Length > 0;

    /// <summary>Whether nobody keeps a tensor that comes in or goes out, so that memory between two such layers can be given back at once.</summary>
    internal bool LetsGo => !IsHooked && KeepsNothing;

    /// <summary>Whether the layer and its parts hold on to no tensor after a forward pass, and give their input or what they made.</summary>
    private protected virtual bool KeepsNothing => Formula is not null;

    internal override Module ShallowCopy()
    {
        var copy = (Layer)base.ShallowCopy();
        copy.hooks = [];
        return copy;
    }

    /// <summary>A layer that gives y · scale + shift, each of the output's channels, where this one gives y; null when there is none of its kind.</summary>
    internal virtual Layer? Rescaled(Tensor scale, Tensor shift) => null;

    /// <summary>The formula of the layer when it is one of a single variable whose slope can be told from its value; else null.</summary>
    private protected virtual ActivationFormula? Formula => null;

    /// <summary>Computes this layer together with as many of those that follow as it knows how to; the same bits as one by one.</summary>
    private protected virtual Tensor ComputeFused(Tensor input, ReadOnlySpan<Layer> following, out int covered)
    {
        covered = 0;
        return Compute(input);
    }

    /// <summary>Whether the layer adds what comes around it in its own operation: where nothing is recorded and nobody reads its output.</summary>
    internal bool Joins => Tape.Current is null && Observer is null && !IsHooked && AddsAround;

    /// <summary>Whether <see cref="ComputeJoined"/> is one operation.</summary>
    private protected virtual bool AddsAround => false;

    /// <summary>f(y + around) for this layer's output y, where it <see cref="Joins"/>; the same bits as one by one.</summary>
    internal Tensor ForwardJoined(Tensor input, Tensor around, ActivationFormula formula)
    {
        using var scope = Enter();
        return ComputeJoined(input, around, formula);
    }

    /// <summary>Does the work of <see cref="ForwardJoined"/>.</summary>
    private protected virtual Tensor ComputeJoined(Tensor input, Tensor around, ActivationFormula formula) =>
        formula.Add(Compute(input), around);

    /// <summary>The formula of another layer.</summary>
    private protected static ActivationFormula? FormulaOf(Layer layer) => layer.Formula;

    /// <summary>The layer's formula; called by <see cref="Forward(Tensor)"/> alone.</summary>
    protected abstract Tensor Compute(Tensor input);

    /// <summary>Multiplications, each with an addition, from an input to an output of the given shapes.</summary>
    protected internal virtual long MultiplyAdds(Shape input, Shape output) => 0;

    /// <summary>A table of the layers, their output shapes, parameters and multiply-adds, for an input of the given shape.</summary>
    /// <param name="inputShape">With its batch axis: <c>[1, 1, 28, 28]</c>.</param>
    /// <param name="inputType">The element type of the input, <c>DType.Int64</c> for a network that begins with an embedding; the parameters' when null.</param>
    public Summary Summary(Shape inputShape, DType? inputType = null) => Layers.Summary.Of(this, inputShape, inputType);

    private sealed class Unhook(Layer layer, Action<Tensor> hook) : IDisposable
    {
        public void Dispose()
        {
            lock (hookChange)
            {
                var place = Array.IndexOf(layer.hooks, hook);
                layer.hooks = place < 0 ? layer.hooks : [.. layer.hooks[..place], .. layer.hooks[(place + 1)..]];
            }
        }
    }
}

/// <summary>While it is open, errors name a layer.</summary>
internal readonly ref struct LayerScope : IDisposable
{
    private readonly string? outer;

    public LayerScope(string path) => (outer, Tape.LayerPath) = (Tape.LayerPath, path);

    public void Dispose() => Tape.LayerPath = outer;
}
