using Descent.Numerics;

namespace Descent.Backends.Reference;

public sealed partial class ReferenceBackend
{
    /// <inheritdoc/>
    protected override void FillUniformCore(RandomSource source, in Operand y)
    {
        for (long i = 0; i < y.Count; i++)
        {
            var value = y.DType == DType.Float32 ? source.UniformSingle(i) : source.UniformDouble(i);
            RealElements.WriteValue(y, y.PlaceOf(i), value);
        }
    }

    /// <inheritdoc/>
    protected override void FillNormalCore(RandomSource source, in Operand y)
    {
        for (long i = 0; i < y.Count; i++)
        {
            var value = y.DType == DType.Float32 ? source.NormalSingle(i) : source.NormalDouble(i);
            RealElements.WriteValue(y, y.PlaceOf(i), value);
        }
    }
}
