using Descent.Numerics;

namespace Descent.Backends.Reference;

public sealed partial class ReferenceBackend
{
    /// <inheritdoc/>
    public override void FillUniform(RandomSource source, in Operand y)
    {
        for (long i = 0; i < y.Count; i++)
        {
            RealElements.WriteValue(y, y.PlaceOf(i), Uniform(i, 0));
        }
    }

    /// <inheritdoc/>
    public override void FillNormal(RandomSource source, in Operand y)
    {
        for (long i = 0; i < y.Count; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(i, 1)));
            RealElements.WriteValue(y, y.PlaceOf(i), radius * Math.Cos(2 * Math.PI * Uniform(i, 2)));
        }
    }

    private static double Uniform(long counter, ulong stream)
    {
        var bits = ((ulong)counter * 4 + stream + 1) * 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return ((bits ^ (bits >> 31)) >> 40) / (double)(1 << 24);
    }
}
