using System.Globalization;

namespace Descent.Layers;

/// <summary>A fully connected layer, y = x Wᵀ + b.</summary>
/// <remarks>
/// <b>Shape</b>: (…, inFeatures) → (…, outFeatures); <c>weight</c> (outFeatures, inFeatures), <c>bias</c> (outFeatures).
/// <b>Start</b>: both uniform within 1/√inFeatures unless told otherwise.
/// <b>Source</b>: the lessons (perceptrons); Rumelhart et al. 1986.
/// </remarks>
public sealed class Linear : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inFeatures">Size of the input's last axis.</param>
    /// <param name="outFeatures">Size of the output's last axis.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="weightInitializer">How the weights start; 1/√n uniform when null.</param>
    /// <param name="biasInitializer">How the bias starts; 1/√n uniform when null.</param>
    public Linear(
        int inFeatures,
        int outFeatures,
        bool bias = true,
        Initializer? weightInitializer = null,
        Initializer? biasInitializer = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inFeatures);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outFeatures);
        Weight = new Parameter([outFeatures, inFeatures], weightInitializer ?? Initializers.InverseSqrtFanIn);
        Bias = bias ? new Parameter([outFeatures], biasInitializer ?? Initializers.InverseSqrt(inFeatures)) : null;
    }

    /// <summary>W, of shape (outFeatures, inFeatures); set it to share another layer's: <c>new Linear(64, 1000) { Weight = embedding.Weight }</c>.</summary>
    /// <exception cref="ShapeException">The shared weight has another shape.</exception>
    public Parameter Weight
    {
        get;
        init =>
            field =
                field is null || value.Shape == field.Shape
                    ? value
                    : throw new ShapeException(
                        $"Linear: the shared weight has shape {value.Shape} where {field.Shape} is expected, (outFeatures, inFeatures)."
                    );
    }

    /// <summary>b, of shape (outFeatures); null when the layer has none.</summary>
    public Parameter? Bias { get; private set; }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"Linear({Weight.Shape[1]} → {Weight.Shape[0]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Linear(Weight, Bias);

    private protected override Tensor ComputeFused(Tensor input, ReadOnlySpan<Layer> following, out int covered)
    {
        var formula = FormulaOf(following[0]);
        covered = formula is null ? 0 : 1;
        if (formula is null)
        {
            return Compute(input);
        }

        if (following.Length == 1 || following[1] is not Dropout dropout)
        {
            return formula.Linear(input, Weight, Bias);
        }

        covered = 2;
        return dropout.Draw() is { } source
            ? formula.LinearDropout(input, Weight, Bias, dropout.Probability, source)
            : formula.Linear(input, Weight, Bias);
    }

    internal override Layer? Rescaled(Tensor scale, Tensor shift)
    {
        // Behind (N, L, outFeatures) a normalisation's channels are the L places.
        if (scale.Count != Weight.Shape[0])
        {
            return null;
        }

        var rescaled = this.Clone();
        rescaled.Weight.Assign(Weight * scale.Unsqueeze(1));
        rescaled.Bias = Parameter.Of(Bias is null ? shift : Bias * scale + shift);
        return rescaled;
    }

    /// <inheritdoc/>
    protected internal override long MultiplyAdds(Shape input, Shape output) => output.Count * Weight.Shape[1];
}
