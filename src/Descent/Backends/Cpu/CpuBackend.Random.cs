using Descent.Backends.Reference;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void FillUniform(RandomSource source, in Operand y) =>
        new ReferenceBackend().FillUniform(source, y);

    /// <inheritdoc/>
    public override void FillNormal(RandomSource source, in Operand y) => new ReferenceBackend().FillNormal(source, y);
}
