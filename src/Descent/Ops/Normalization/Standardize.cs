using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>Pieces of equal length, one behind the other in memory, each brought to mean 0 and variance 1; then a scale and a shift for each channel.</summary>
    /// <remarks><b>Formula</b>: y = γ (x − μ) / √(σ² + ε) + β with the piece's mean and biased variance; a piece's bits do not depend on how many there are.</remarks>
    /// <param name="pieces">How the elements are cut.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="scale">γ, as many numbers as there are channels; none when null.</param>
    /// <param name="shift">β, as many; null with the scale.</param>
    /// <returns>y, and the means and biased variances, one for each piece.</returns>
    internal (Tensor Y, Tensor Mean, Tensor Variance) Standardize(
        in Pieces pieces,
        double epsilon,
        Tensor? scale = null,
        Tensor? shift = null
    )
    {
        if (scale is not null && shift is not null)
        {
            RequireSameKind(this, scale, nameof(Standardize));
            RequireSameKind(this, shift, nameof(Standardize));
        }

        var y = Result(Shape);
        var mean = Result([(int)pieces.Count]);
        var variance = Result([(int)pieces.Count]);
        var (scaleView, shiftView) = (scale?.View ?? Operand.None, shift?.View ?? Operand.None);
        if (Backend.TryStandardize(View, scaleView, shiftView, pieces, epsilon, y.View, mean.View, variance.View))
        {
            return (
                Tape.Tracks(this, scale, shift)
                    ? y.From(new StandardizeOp(this, scale, shift, mean, variance, pieces, epsilon))
                    : y,
                mean,
                variance
            );
        }

        if (Count > 0)
        {
            var rows = Reshape((int)pieces.Count, -1);
            mean = rows.Mean(1, keepAxes: true);
            var deviation = rows - mean;
            variance = deviation.Square().Mean(1, keepAxes: true);
            y = deviation / (variance + epsilon).Sqrt();
        }
        else
        {
            y = this;
        }

        if (scale is not null)
        {
            y = y.Reshape([pieces.Samples, pieces.Channels, (int)pieces.Places]);
            y = y * scale.Reshape(-1, 1) + shift!.Reshape(-1, 1);
        }

        return (y.Reshape([.. Shape]), mean.Reshape(-1), variance.Reshape(-1));
    }
}

/// <summary>The node of a normalisation of pieces, fused.</summary>
internal sealed class StandardizeOp(
    Tensor x,
    Tensor? scale,
    Tensor? shift,
    Tensor mean,
    Tensor variance,
    Pieces pieces,
    double epsilon
) : Op(x, scale, shift)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = x.Result(x.Shape);
        var dscale = scale?.Result(scale.Shape);
        var dshift = shift?.Result(shift.Shape);
        if (
            !x.Backend.TryStandardizeGradient(
                x.View,
                gradient.View,
                scale?.View ?? Operand.None,
                mean.View,
                variance.View,
                pieces,
                epsilon,
                dx.View,
                dscale?.View ?? Operand.None,
                dshift?.View ?? Operand.None
            )
        )
        {
            throw new NotSupportedException($"The backend {x.Backend.Name} normalises but has no gradient for it.");
        }

        if (tape.Needs(x))
        {
            tape.Add(x, dx);
        }

        if (scale is not null && shift is not null)
        {
            BatchNormOp.Add(tape, (scale, dscale!), (shift, dshift!));
        }
    }
}
