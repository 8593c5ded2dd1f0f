using System.Collections;
using System.Runtime.InteropServices;

namespace Descent.Layers;

/// <summary>Layers one after the other: <c>Sequential net = [new Linear(784, 30), new Sigmoid(), new Linear(30, 10)];</c></summary>
/// <remarks>
/// The layers are named by their place: <c>0.weight</c>, <c>2.bias</c>. Neighbours that one operation can do together
/// (a linear layer and its activation, say) are done so; the results have the same bits as one by one.
/// <b>Source</b>: the lessons (perceptrons).
/// </remarks>
public sealed class Sequential : Layer, IReadOnlyList<Layer>
{
    [Name("")]
    private readonly List<Layer> layers = [];

    /// <summary>Makes a chain without layers, to be filled by a collection expression or <see cref="Add"/>.</summary>
    public Sequential() { }

    /// <summary>Makes a chain of layers.</summary>
    public Sequential(params ReadOnlySpan<Layer> layers)
    {
        foreach (var layer in layers)
        {
            Add(layer);
        }
    }

    /// <summary>The number of layers.</summary>
    public int Count => layers.Count;

    /// <summary>A layer by its place; setting it puts another there.</summary>
    public Layer this[int index]
    {
        get => layers[index];
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            layers[index] = value;
            ForgetReadiness();
        }
    }

    /// <summary>Appends a layer.</summary>
    public void Add(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        layers.Add(layer);
        ForgetReadiness();
    }

    /// <inheritdoc/>
    public IEnumerator<Layer> GetEnumerator() => layers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"Sequential({Count} layers)";

    internal override void FoldNeighbours()
    {
        for (var index = 0; index + 1 < layers.Count; index++)
        {
            (layers[index], layers[index + 1]) = InferenceCopy.Folded(layers[index], layers[index + 1]);
        }
    }

    private protected override bool KeepsNothing => LetGo(CollectionsMarshal.AsSpan(layers));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Run(input, CollectionsMarshal.AsSpan(layers));

    /// <summary>Runs layers one after the other, with neighbours fused, for networks that are no plain chain.</summary>
    internal static Tensor Run(Tensor input, params ReadOnlySpan<Layer> layers)
    {
        // Whether the input was made here and nobody else has it.
        var isOwn = false;
        while (!layers.IsEmpty)
        {
            var output = layers[0].Forward(input, Unread(layers[1..]), out var covered);
            var letsGo = LetGo(layers[..(1 + covered)]);
            var isView = output.SharesMemory(input);
            if (isOwn && letsGo && !isView)
            {
                input.GiveBack(output);
            }

            isOwn = letsGo && (isOwn || !isView);
            layers = layers[(1 + covered)..];
            input = output;
        }

        return input;
    }

    private protected override bool AddsAround => layers.Count > 0 && layers[^1].Joins;

    private protected override Tensor ComputeJoined(Tensor input, Tensor around, ActivationFormula formula) =>
        RunJoined(input, around, formula, CollectionsMarshal.AsSpan(layers));

    /// <summary>f(y + around) for the output y of layers of which the last one <see cref="Layer.Joins"/>.</summary>
    internal static Tensor RunJoined(Tensor input, Tensor around, ActivationFormula formula, ReadOnlySpan<Layer> layers)
    {
        var last = Run(input, layers[..^1]);
        var output = layers[^1].ForwardJoined(last, around, formula);
        if (LetGo(layers) && !last.SharesMemory(input) && !last.SharesMemory(around))
        {
            last.GiveBack(output);
        }

        return output;
    }

    /// <summary>Whether all of some layers let go of what they read and give.</summary>
    internal static bool LetGo(ReadOnlySpan<Layer> layers)
    {
        foreach (var layer in layers)
        {
            if (!layer.LetsGo)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The layers up to the first whose own output somebody reads.</summary>
    private static ReadOnlySpan<Layer> Unread(ReadOnlySpan<Layer> following)
    {
        var count = 0;
        while (count < following.Length && !following[count].IsHooked)
        {
            count++;
        }

        return following[..count];
    }
}
