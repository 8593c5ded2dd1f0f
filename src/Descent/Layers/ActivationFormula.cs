using Descent.Backends;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>An activation as the operation before it takes it along.</summary>
internal abstract class ActivationFormula
{
    /// <summary>f(a + b).</summary>
    public abstract Tensor Add(Tensor a, Tensor b);

    /// <summary>f(x wᵀ + b).</summary>
    public abstract Tensor Linear(Tensor x, Tensor weight, Tensor? bias);

    /// <summary>f(x wᵀ + b), then dropout.</summary>
    public abstract Tensor LinearDropout(
        Tensor x,
        Tensor weight,
        Tensor? bias,
        double probability,
        RandomSource source
    );

    /// <summary>f of a batch normalisation, then a maximum pool where there is a window; and the batch's mean and variance.</summary>
    public abstract (Tensor Y, Tensor Mean, Tensor Variance) BatchNorm(
        Tensor x,
        Tensor scale,
        Tensor shift,
        double epsilon,
        Window2d? pool
    );

    /// <summary>f of a batch normalisation by given statistics, then a maximum pool where there is a window.</summary>
    public abstract Tensor BatchNormInference(
        Tensor x,
        Tensor scale,
        Tensor shift,
        Tensor mean,
        Tensor variance,
        double epsilon,
        Window2d? pool
    );

    /// <summary>f(x ⋆ w + b).</summary>
    public abstract Tensor Convolution2d(Tensor x, Tensor weight, Tensor? bias, in Window2d window);

    /// <summary>f(x ⋆ w + b + around).</summary>
    public abstract Tensor Convolution2dJoined(
        Tensor x,
        Tensor weight,
        Tensor? bias,
        in Window2d window,
        Tensor around
    );
}

/// <inheritdoc cref="ActivationFormula"/>
/// <typeparam name="TKernel">A formula whose slope can be told from its value.</typeparam>
internal sealed class ActivationFormula<TKernel> : ActivationFormula
    where TKernel : struct, IUnaryKernel
{
    public static ActivationFormula<TKernel> Instance { get; } = new();

    /// <inheritdoc/>
    public override Tensor Add(Tensor a, Tensor b) => a.AddThen<TKernel>(b);

    /// <inheritdoc/>
    public override Tensor Linear(Tensor x, Tensor weight, Tensor? bias) => x.LinearThen<TKernel>(weight, bias);

    /// <inheritdoc/>
    public override Tensor LinearDropout(
        Tensor x,
        Tensor weight,
        Tensor? bias,
        double probability,
        RandomSource source
    ) => x.LinearThenDropout<TKernel>(weight, bias, probability, source);

    /// <inheritdoc/>
    public override (Tensor Y, Tensor Mean, Tensor Variance) BatchNorm(
        Tensor x,
        Tensor scale,
        Tensor shift,
        double epsilon,
        Window2d? pool
    ) =>
        pool is { } window
            ? x.BatchNormThenMaxPool<TKernel>(scale, shift, epsilon, window)
            : x.BatchNormThen<TKernel>(scale, shift, epsilon);

    /// <inheritdoc/>
    public override Tensor BatchNormInference(
        Tensor x,
        Tensor scale,
        Tensor shift,
        Tensor mean,
        Tensor variance,
        double epsilon,
        Window2d? pool
    ) => x.BatchNormInferenceThen<TKernel>(scale, shift, mean, variance, epsilon, pool);

    /// <inheritdoc/>
    public override Tensor Convolution2d(Tensor x, Tensor weight, Tensor? bias, in Window2d window) =>
        x.Convolution2dThen<TKernel>(weight, bias, window);

    /// <inheritdoc/>
    public override Tensor Convolution2dJoined(
        Tensor x,
        Tensor weight,
        Tensor? bias,
        in Window2d window,
        Tensor around
    ) => x.Convolution2dJoined<TKernel>(weight, bias, window, around);
}
