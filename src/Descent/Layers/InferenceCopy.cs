namespace Descent.Layers;

/// <summary>Copies of networks for inference alone.</summary>
public static class InferenceCopy
{
    /// <summary>A frozen copy in which a normalisation by running statistics is folded into the convolution or dense layer before it.</summary>
    /// <remarks>
    /// <para><b>Formula</b>: γ (w ⋆ x + b − μ) / √(σ² + ε) + β = w′ ⋆ x + b′ with w′ = γ w / √(σ² + ε) and
    /// b′ = γ (b − μ) / √(σ² + ε) + β: the same function, rounded otherwise.</para>
    /// <para>It happens inside every <see cref="Sequential"/> and in the networks of <c>Descent.Models</c>. The folded layer
    /// stands where the normalisation stood, an <see cref="Identity"/> where it stood itself; the original stays as it is.
    /// Make the copy anew after more training. A dense layer before a normalisation is folded as over rows (N, F), and
    /// refuses other inputs then: behind sequences (N, L, F) with L = F a normalisation does something else.</para>
    /// <para><b>Source</b>: Jacob et al. 2018, eq. 14.</para>
    /// </remarks>
    /// <typeparam name="TModule">The network's type.</typeparam>
    /// <param name="module">A trained network.</param>
    public static TModule ForInference<TModule>(this TModule module)
        where TModule : Module
    {
        var copy = module.Clone();
        foreach (var part in copy.Modules)
        {
            part.FoldNeighbours();
        }

        copy.Freeze();
        return copy;
    }

    /// <summary>What takes the places of two neighbours: themselves, or nothing and both in one.</summary>
    internal static (Layer First, Layer Second) Folded(Layer first, Layer second)
    {
        if (second is not BatchNorm norm)
        {
            return (first, second);
        }

        var (scale, shift) = norm.AsLine();
        return first.Rescaled(scale, shift) is { } both ? (new Identity(), both) : (first, second);
    }
}
