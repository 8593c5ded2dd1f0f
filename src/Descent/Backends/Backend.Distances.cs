namespace Descent.Backends;

public abstract partial class Backend
{
    /// <summary>y[i, j] = Σ |a[i, k] − b[j, k]| over k: L1 distances from the rows of a (N, D) to those of b (M, D), (N, M).</summary>
    public bool TryAbsoluteDistances(in Operand a, in Operand b, in Operand y) =>
        Kept(TryAbsoluteDistancesCore(a, b, y), a.Storage, b.Storage, y.Storage);

    /// <summary>Does the work of <see cref="TryAbsoluteDistances"/>.</summary>
    protected virtual bool TryAbsoluteDistancesCore(in Operand a, in Operand b, in Operand y) => false;
}
