namespace Descent;

public partial class Tensor
{
    /// <summary>Pieces of equal length, one behind the other in memory, each brought to mean 0 and variance 1.</summary>
    /// <remarks><b>Formula</b>: y = (x − μ) / √(σ² + ε) with the piece's mean and biased variance; a piece's bits do not depend on how many there are.</remarks>
    /// <param name="pieces">How many there are: they divide the elements evenly.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="scale">What each piece is multiplied by then, (pieces); nothing when null.</param>
    /// <param name="shift">What is added then, (pieces).</param>
    /// <returns>y, and the means and biased variances, each (pieces).</returns>
    internal (Tensor Y, Tensor Mean, Tensor Variance) Standardize(
        int pieces,
        double epsilon,
        Tensor? scale = null,
        Tensor? shift = null
    )
    {
        // A batch of one whose channels are the pieces.
        var (y, mean, variance) = Reshape(1, pieces, -1)
            .BatchNorm(scale ?? ZeroResult([pieces]) + 1, shift ?? ZeroResult([pieces]), epsilon);
        return (y.Reshape([.. Shape]), mean, variance);
    }
}
