using Descent.Backends;

namespace Descent.Layers;

/// <summary>An activation as the operation before it takes it along.</summary>
internal abstract class ActivationFormula
{
    /// <summary>f(x wᵀ + b).</summary>
    public abstract Tensor Linear(Tensor x, Tensor weight, Tensor? bias);
}

/// <inheritdoc cref="ActivationFormula"/>
/// <typeparam name="TKernel">A formula whose slope can be told from its value.</typeparam>
internal sealed class ActivationFormula<TKernel> : ActivationFormula
    where TKernel : struct, IUnaryKernel
{
    public static ActivationFormula<TKernel> Instance { get; } = new();

    /// <inheritdoc/>
    public override Tensor Linear(Tensor x, Tensor weight, Tensor? bias) => x.LinearThen<TKernel>(weight, bias);
}
