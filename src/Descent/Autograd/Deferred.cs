using Descent.Backends;

namespace Descent;

/// <summary>The gradient dyᵀ x of a linear layer's weights while nobody has looked at it: an optimizer uses it up without it ever being in memory.</summary>
internal sealed class Deferred(Tensor x, Tensor weight, Tensor dy)
{
    /// <summary>Computes the elements after all.</summary>
    public void Compute(in Operand dw) =>
        x.Backend.TryLinearGradient(x.View, weight.View, dy.View, Operand.None, dw, Operand.None);

    /// <summary>Changes the weights by an optimizer's formula; false where that takes the elements.</summary>
    public bool TryUpdate<TKernel>(
        Tensor target,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    )
        where TKernel : struct, IUpdateKernel =>
        x.Backend.TryLinearUpdate<TKernel>(target.View, x.View, dy.View, first, second, constants);
}
