using System.Collections;

namespace Descent.Layers;

/// <summary>Layers in parallel on one input, their outputs joined along an axis: <c>Branches towers = [new Conv2d(…), new Conv2d(…)];</c></summary>
/// <remarks>
/// <b>Shape</b>: those of the branches, equal but for the axis. <b>Source</b>: Szegedy et al. 2015. Parameters are
/// named by the branch's place, <c>0.weight</c>. Not called Parallel, which is .NET's class for loops on several threads.
/// </remarks>
public sealed class Branches : Layer, IReadOnlyList<Layer>
{
    [Name("")]
    private readonly List<Layer> branches = [];

    /// <summary>Makes a layer without branches, to be filled by a collection expression or <see cref="Add"/>.</summary>
    public Branches() { }

    /// <summary>Makes the layer.</summary>
    public Branches(params ReadOnlySpan<Layer> branches)
    {
        foreach (var branch in branches)
        {
            Add(branch);
        }
    }

    /// <summary>The axis along which the outputs are joined: the channels, 1, unless set.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>The number of branches.</summary>
    public int Count => branches.Count;

    /// <summary>A branch by its place.</summary>
    public Layer this[int index] => branches[index];

    /// <summary>Appends a branch.</summary>
    public void Add(Layer branch)
    {
        ArgumentNullException.ThrowIfNull(branch);
        branches.Add(branch);
        ForgetReadiness();
    }

    /// <inheritdoc/>
    public IEnumerator<Layer> GetEnumerator() => branches.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"Branches({Count})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        branches.Count > 0
            ? Tensor.Concat([.. branches.Select(branch => branch.Forward(input))], Axis)
            : throw new InvalidOperationException($"Branches{Tape.InLayer} has none; add layers to it first.");
}
