namespace Descent.Optimizers;

/// <summary>What makes up for running means that start at zero (Kingma and Ba 2015, section 3): the same for every parameter of a step, computed once.</summary>
internal sealed class AdamCorrections(double beta2)
{
    private (long Count, double Beta1) last;
    private (double Mean, double RootMeanSquare) known;

    /// <summary>1 − β₁ᵗ and √(1 − β₂ᵗ).</summary>
    public (double Mean, double RootMeanSquare) At(long count, double beta1)
    {
        if (last != (count, beta1))
        {
            known = (1 - Math.Pow(beta1, count), Math.Sqrt(1 - Math.Pow(beta2, count)));
            last = (count, beta1);
        }

        return known;
    }
}
