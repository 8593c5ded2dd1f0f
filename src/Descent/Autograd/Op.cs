namespace Descent;

/// <summary>An operation as it stands on the tape: its named fields are what its gradient needs.</summary>
/// <remarks>
/// There is one node per recorded result, and no closure: the tape calls <see cref="Backward"/> with the gradient of
/// the result, and the node adds the gradient of each input that needs one.
/// </remarks>
internal abstract class Op(Tensor first, Tensor? second = null, Tensor? third = null)
{
    /// <summary>The tape that this node stands on, its place there and what it made.</summary>
    internal Tape? Tape { get; private set; }

    internal int Index { get; private set; }

    internal Tensor? Output { get; private set; }

    /// <summary>The gradient of the result, while the tape runs backward.</summary>
    internal Tensor? Gradient { get; set; }

    /// <summary>The path of the layer that ran the operation; null outside every layer.</summary>
    internal string? LayerPath { get; private set; }

    internal Tensor First => first;

    internal Tensor? Second => second;

    internal Tensor? Third => third;

    /// <summary>The name that error messages give the operation.</summary>
    internal virtual string Name
    {
        get
        {
            var type = GetType();
            var name = (type.IsGenericType ? type.GetGenericArguments()[0] : type).Name;
            return name.Replace("Kernel", "", StringComparison.Ordinal).Replace("Op", "", StringComparison.Ordinal);
        }
    }

    /// <summary>Adds to <paramref name="tape"/> the gradient of each input that needs one.</summary>
    internal abstract void Backward(Tensor gradient, Tape tape);

    internal void Place(Tape tape, int index, Tensor output, string? layerPath)
    {
        Tape = tape;
        Index = index;
        Output = output;
        LayerPath = layerPath;
    }
}
