using Descent.Backends;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>Layer normalisation: the features of each place get mean 0 and variance 1, then each a learned scale and shift.</summary>
/// <remarks>
/// <b>Shape</b>: (…, normalizedShape), kept; <c>weight</c>, <c>bias</c> (normalizedShape). <b>Formula</b>:
/// y = γ (x − μ) / √(σ² + ε) + β over the last axes, σ² biased; the same in training and inference.
/// <b>Source</b>: Ba et al. 2016.
/// </remarks>
public sealed class LayerNorm : Layer
{
    private readonly Shape normalizedShape;
    private readonly double epsilon;

    /// <summary>Makes the layer for one axis.</summary>
    /// <param name="features">The size of the last axis.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="affine">Whether scale and shift are learned.</param>
    public LayerNorm(int features, double epsilon = 1e-5, bool affine = true)
        : this([features], epsilon, affine) { }

    /// <summary>Makes the layer for several axes together.</summary>
    /// <param name="normalizedShape">The sizes of the last axes.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="affine">Whether scale and shift are learned.</param>
    /// <exception cref="ArgumentException">There is no axis or no element.</exception>
    public LayerNorm(Shape normalizedShape, double epsilon = 1e-5, bool affine = true)
    {
        Setting.Require(epsilon > 0 && double.IsFinite(epsilon), epsilon, nameof(epsilon), "a finite number above 0");
        if (normalizedShape.Rank == 0 || normalizedShape.Count == 0)
        {
            throw new ArgumentException(
                $"LayerNorm: normalises over one axis at least, of one element at least, not over {normalizedShape}.",
                nameof(normalizedShape)
            );
        }

        this.normalizedShape = normalizedShape;
        this.epsilon = epsilon;
        Weight = affine ? new Parameter(normalizedShape, Initializers.Ones) { IsBiasOrScale = true } : null;
        Bias = affine ? new Parameter(normalizedShape) { IsBiasOrScale = true } : null;
    }

    /// <summary>γ, the scale, of the normalised shape; null when none is learned.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, the shift, of the normalised shape; null when none is learned.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override string ToString() => $"LayerNorm{normalizedShape}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        var outer = input.Rank - normalizedShape.Rank;
        if (outer < 0 || input.Shape.ToArray().AsSpan(outer).SequenceEqual(normalizedShape.ToArray()) is false)
        {
            throw new ShapeException(
                $"LayerNorm: needs (…, {normalizedShape.ToString().Trim('(', ')')}), found {input.Shape}{Tape.InLayer}."
            );
        }

        input.RequireFloating(nameof(LayerNorm));
        var features = (int)normalizedShape.Count;
        var rows = (int)(input.Count / features);
        return input.Standardize(new Pieces(rows, features, Places: 1, Groups: 1), epsilon, Weight, Bias).Y;
    }
}
