using Descent.Backends;

namespace Descent.Layers;

/// <summary>An activation as the operation before it takes it along.</summary>
internal abstract class ActivationFormula
{
    /// <summary>f(x wᵀ + b).</summary>
    public abstract Tensor Linear(Tensor x, Tensor weight, Tensor? bias);

    /// <summary>f(x ⋆ w + b).</summary>
    public abstract Tensor Convolution2d(Tensor x, Tensor weight, Tensor? bias, in Window2d window);
}

/// <inheritdoc cref="ActivationFormula"/>
/// <typeparam name="TKernel">A formula whose slope can be told from its value.</typeparam>
internal sealed class ActivationFormula<TKernel> : ActivationFormula
    where TKernel : struct, IUnaryKernel
{
    public static ActivationFormula<TKernel> Instance { get; } = new();

    /// <inheritdoc/>
    public override Tensor Linear(Tensor x, Tensor weight, Tensor? bias) => x.LinearThen<TKernel>(weight, bias);

    /// <inheritdoc/>
    public override Tensor Convolution2d(Tensor x, Tensor weight, Tensor? bias, in Window2d window) =>
        x.Convolution2dThen<TKernel>(weight, bias, window);
}
