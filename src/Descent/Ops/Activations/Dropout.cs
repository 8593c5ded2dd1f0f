using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>Each element kept with probability 1 − p and scaled by 1 / (1 − p), else zero (inverted dropout; Srivastava et al. 2014).</summary>
    /// <remarks><b>Gradient</b>: dx = dy · 1/(1 − p) where kept, else 0. Element i is dropped by counter i of the source, whatever the threads.</remarks>
    /// <param name="probability">p, the share that is dropped: 0 ≤ p &lt; 1.</param>
    /// <param name="source">Random numbers of this call alone.</param>
    public Tensor Dropout(double probability, RandomSource source)
    {
        RequireFloating(nameof(Dropout));
        if (!(probability >= 0 && probability < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability),
                probability,
                "Dropout: the share to drop is at least 0 and below 1."
            );
        }

        if (Drop(probability, source) is { } drop)
        {
            return Tape.Tracks(this) ? drop.Y.From(new DropoutOp(this, drop.Mask, probability)) : drop.Y;
        }

        var uniform = Result(Shape);
        Backend.FillUniform(source, uniform.View);
        return Where(uniform >= probability, this * (1 / (1 - probability)), Constant(0));
    }

    /// <summary>The elements that stay, scaled, and a bit for each; null where the backend has no such form.</summary>
    private (Tensor Y, Tensor Mask)? Drop(double probability, RandomSource source)
    {
        var y = Result(Shape);
        var mask = Result([checked((int)((Count + 511) / 512 * 64))], DType.UInt8);
        return Backend.TryDropout(View, source, probability, y.View, mask.View) ? (y, mask) : null;
    }
}

/// <summary>The node of <see cref="Tensor.Dropout"/>, fused.</summary>
internal sealed class DropoutOp(Tensor x, Tensor mask, double probability) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = x.Result(x.Shape);
        if (!x.Backend.TryDropoutGradient(gradient.Contiguous().View, mask.View, probability, dx.View))
        {
            throw new NotSupportedException($"The backend {x.Backend.Name} drops elements but has no gradient for it.");
        }

        tape.Add(x, dx);
    }
}
