namespace Descent.Layers;

/// <summary>A layer with a way around it, y = F(x) + x (He et al. 2016, eq. 1), or y = F(x) + S(x) where the shapes differ (eq. 2).</summary>
/// <remarks><b>Shape</b>: that of the body, which the way around must have too. <b>Source</b>: the lessons (pretrained networks); He et al. 2016.</remarks>
public sealed class Residual : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="body">F.</param>
    /// <param name="shortcut">S, a 1×1 convolution say; the input itself when null.</param>
    public Residual(Layer body, Layer? shortcut = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        (Body, Shortcut) = (body, shortcut);
    }

    /// <summary>F.</summary>
    public Layer Body { get; }

    /// <summary>S; null for the input itself.</summary>
    public Layer? Shortcut { get; }

    /// <inheritdoc/>
    public override string ToString() => Shortcut is null ? "Residual" : "Residual with a shortcut";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        var (output, around) = Ways(input);
        return output + around;
    }

    private protected override Tensor ComputeFused(Tensor input, ReadOnlySpan<Layer> following, out int covered)
    {
        var formula = FormulaOf(following[0]);
        covered = formula is null ? 0 : 1;
        if (formula is not null && Body.Joins)
        {
            return Body.ForwardJoined(input, Shortcut?.Forward(input) ?? input, formula);
        }

        var (output, around) = Ways(input);
        return formula is null ? output + around : formula.Add(output, around);
    }

    private (Tensor Output, Tensor Around) Ways(Tensor input)
    {
        var output = Body.Forward(input);
        var around = Shortcut?.Forward(input) ?? input;
        Tensor.RequireJoin(output.Shape, around);
        return (output, around);
    }
}
