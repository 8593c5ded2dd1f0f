using Descent.Backends;

namespace Descent;

/// <summary>A gradient while nobody has looked at it: an optimizer may use up what it is made of without it ever being in memory.</summary>
internal abstract class Deferred
{
    /// <param name="factors">What the elements are made of, which therefore stays until the step ends.</param>
    protected Deferred(params ReadOnlySpan<Tensor> factors)
    {
        foreach (var factor in factors)
        {
            factor.Storage.Stay();
        }
    }

    /// <summary>Computes the elements after all.</summary>
    public abstract void Compute(in Operand result);

    /// <summary>Changes weights by an optimizer's formula; false where that takes the elements.</summary>
    public abstract bool TryUpdate<TKernel>(
        Tensor target,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    )
        where TKernel : struct, IUpdateKernel;
}

/// <summary>The gradient dyᵀ x of a linear layer's weights.</summary>
internal sealed class DeferredProduct(Tensor x, Tensor weight, Tensor dy) : Deferred(dy)
{
    /// <inheritdoc/>
    public override void Compute(in Operand result) =>
        x.Backend.TryLinearGradient(x.View, weight.View, dy.View, Operand.None, result, Operand.None);

    /// <inheritdoc/>
    public override bool TryUpdate<TKernel>(
        Tensor target,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    ) => x.Backend.TryLinearUpdate<TKernel>(target.View, x.View, dy.View, first, second, constants);
}

/// <summary>The gradient of a table of which some rows were read: their sums at those, and zero elsewhere.</summary>
internal sealed class DeferredRows(Tensor places, Tensor rows) : Deferred(places, rows)
{
    /// <inheritdoc/>
    public override void Compute(in Operand result)
    {
        rows.Backend.Fill(result, 0);
        rows.Backend.ScatterAdd(result, 0, places.View, rows.View);
    }

    /// <inheritdoc/>
    public override bool TryUpdate<TKernel>(
        Tensor target,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    ) => rows.Backend.TryUpdateTable<TKernel>(target.View, places.View, rows.View, first, second, constants);
}
