using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed partial class CpuBackend
{
    /// <inheritdoc/>
    protected override void CopyCore(in Operand source, in Operand destination) =>
        CopyLoop.Run(source.Shape, View.Of(source), source.DType, View.Of(destination), destination.DType);

    /// <inheritdoc/>
    protected override unsafe void FillCore(in Operand destination, double value)
    {
        // One number seen through zero strides is copied to every element.
        long element = 0;
        switch (destination.DType)
        {
            case DType.Float32:
                *(float*)&element = (float)value;
                break;
            case DType.Float64:
                *(double*)&element = value;
                break;
            case DType.Int64:
                element = (long)value;
                break;
            case DType.Int32:
                *(int*)&element = (int)value;
                break;
            case DType.UInt8:
                *(byte*)&element = unchecked((byte)(long)value);
                break;
            default:
                *(bool*)&element = value != 0;
                break;
        }

        var source = new View((nint)(&element), default);
        CopyLoop.Run(destination.Shape, source, destination.DType, View.Of(destination), destination.DType);
    }
}
