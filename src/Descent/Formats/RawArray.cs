namespace Descent.Formats;

/// <summary>Numbers as they came out of a file, before they become a tensor.</summary>
/// <param name="DType">The type of the elements.</param>
/// <param name="Shape">Their sizes, row-major.</param>
/// <param name="Bytes">The elements in the machine's byte order; exactly as many bytes as type and shape need.</param>
internal readonly record struct RawArray(DType DType, Shape Shape, byte[] Bytes)
{
    /// <summary>Copies the elements into a tensor.</summary>
    public unsafe Tensor ToTensor()
    {
        var tensor = Tensor.Lasting(Device.Cpu, DType, Shape);
        Bytes.CopyTo(new Span<byte>((void*)tensor.View.Address, Bytes.Length));
        GC.KeepAlive(tensor);
        return tensor;
    }
}
