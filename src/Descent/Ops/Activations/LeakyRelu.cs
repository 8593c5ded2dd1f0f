namespace Descent;

public partial class Tensor
{
    /// <summary>The number where it is positive, else a fixed share of it, element by element.</summary>
    /// <remarks><b>Formula</b>: y = x where x > 0, else slope · x. <b>Gradient</b>: dx = dy where x > 0, else dy · slope.</remarks>
    /// <param name="slope">The share of negative numbers that passes.</param>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor LeakyRelu(double slope = 0.01)
    {
        RequireFloating(nameof(LeakyRelu));
        return Combine<PReluKernel>(this, Constant(slope), nameof(LeakyRelu));
    }
}
