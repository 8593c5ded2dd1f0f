using System.Runtime.InteropServices;
using Descent.Backends;

namespace Descent;

// The gradients collected for the tensors that the tape was opened for.
internal sealed partial class Tape
{
    /// <summary>The gradient collected for a leaf; null when the result did not depend on it.</summary>
    internal Tensor? GradientOf(Tensor leaf)
    {
        if (leafRows.Count > 0 && leafRows.Remove(leaf, out var rows))
        {
            Add(leaf, rows.Whole(leaf.Shape));
        }

        return Collected(leaf);
    }

    /// <summary>The gradient collected for a leaf that was only read by rows; null when there is none, or it has become whole.</summary>
    internal RowGradient? RowsOf(Tensor leaf) =>
        leafRows.Count == 0 || Collected(leaf) is not null ? null : leafRows.GetValueOrDefault(leaf);

    /// <summary>Whether the gradient collected for a leaf, if any, holds finite numbers alone.</summary>
    internal bool HasFiniteGradient(Tensor leaf)
    {
        if (RowsOf(leaf) is { } rows)
        {
            return rows.IsFinite;
        }

        var gradient = GradientOf(leaf);
        return gradient is null or { IsKnownFinite: true } || MarkFinite(gradient);

        static bool MarkFinite(Tensor gradient) => gradient.IsKnownFinite = gradient.Backend.IsFinite(gradient.View);
    }

    private Tensor? Collected(Tensor leaf) =>
        leaf is Parameter { Collector: { } collector } parameter && collector == this
            ? parameter.Collected
            : leafGradients.GetValueOrDefault(leaf);

    /// <summary>Puts other gradients in the place of those collected, null where there was none.</summary>
    internal void ReplaceGradients(Tensor[] leaves, Tensor?[] gradients)
    {
        for (var index = 0; index < leaves.Length; index++)
        {
            if (gradients[index] is { } gradient)
            {
                SetGradient(leaves[index], gradient);
            }
        }
    }

    /// <summary>Moves the collected gradients and the queued values of buffers into memory that outlives <see cref="Recycle"/>.</summary>
    internal void KeepResults()
    {
        foreach (ref var update in CollectionsMarshal.AsSpan(bufferUpdates))
        {
            update = update with { Batch = update.Batch.LastingCopy() };
        }

        foreach (var (leaf, gradient) in CollectedGradients().ToArray())
        {
            SetGradient(leaf, gradient.LastingCopy());
        }

        foreach (var (leaf, rows) in leafRows.ToArray())
        {
            leafRows[leaf] = rows.LastingCopy();
        }
    }

    private void SetGradient(Tensor leaf, Tensor gradient)
    {
        gradient.Storage.Stay();
        if (leaf is Parameter { Collector: { } collector } parameter && collector == this)
        {
            parameter.Collected = gradient;
        }
        else
        {
            leafGradients[leaf] = gradient;
        }
    }

    private IEnumerable<KeyValuePair<Tensor, Tensor>> CollectedGradients() =>
        parameters
            .Where(parameter => parameter.Collected is not null)
            .Select(parameter => KeyValuePair.Create<Tensor, Tensor>(parameter, parameter.Collected!))
            .Concat(leafGradients);

    /// <summary>Forgets gradients of operations from an earlier backward pass over the same tape.</summary>
    internal void ForgetGradients()
    {
        leafGradients.Clear();
        parameters.ForEach(parameter => parameter.Collected = null);
        leafRows.Clear();
        foreach (var op in ops)
        {
            op.Gradient = null;
        }
    }
}
