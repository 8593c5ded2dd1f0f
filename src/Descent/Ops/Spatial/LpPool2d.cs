using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>The p-norm of each window.</summary>
    /// <remarks>
    /// <b>Shape</b>: as <see cref="MaxPool2d(in Window2d, bool)"/>. <b>Formula</b>: y = (Σ |x|ᵖ)^(1/p), p = ∞ the largest
    /// magnitude. <b>Gradient</b>: dx = Σ dy · sign(x) · (|x| / y)^(p − 1) over the windows, taken as 0 where a window holds only zeros.
    /// </remarks>
    /// <param name="p">The power, 1 or more.</param>
    /// <param name="window">The window; padding and what lies past the end add nothing.</param>
    /// <param name="ceilingMode">Whether the last window may reach past the end.</param>
    /// <exception cref="ShapeException">The input is not (N, C, H, W), or the window does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">p is less than 1.</exception>
    public Tensor LpPool2d(double p, in Window2d window, bool ceilingMode = false)
    {
        RequirePictures(nameof(LpPool2d));
        RequireSensible(window, nameof(LpPool2d));
        if (!(p >= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(p),
                $"LpPool2d: p is {p}{Tape.InLayer}; a norm needs 1 or more."
            );
        }

        if (double.IsPositiveInfinity(p))
        {
            return Abs().MaxPool2d(window, ceilingMode);
        }

        var (bottom, right) = ceilingMode ? Overhang(window) : (0, 0);
        var powers = p == 2 ? Square() : Abs().Pow(p);
        var padded = bottom + right == 0 ? powers : powers.Pad([(0, bottom), (0, right)]);
        var sum = padded.AveragePool2d(window) * (window.KernelHeight * window.KernelWidth);
        return p switch
        {
            1 => sum,
            2 => sum.Map<SpreadRootKernel>(nameof(LpPool2d)),
            _ => RootOfSum(sum, p),
        };
    }
}
