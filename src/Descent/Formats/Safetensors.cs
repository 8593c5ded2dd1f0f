namespace Descent.Formats;

/// <summary>Safetensors files: named tensors with a checked header and raw little-endian data, readable by every framework.</summary>
/// <remarks>
/// <para>Reading is strict, as the published specification asks: a header of at most 100 MB that is one JSON object
/// without repeated keys, and data that lie side by side and fill the file to its last byte. F64, F32, I64, I32, U8 and
/// BOOL keep their type; F16 and BF16 widen to float32, exactly; other types are refused by name.</para>
/// <para>Writing is atomic, and the same tensors give the same bytes: wide element types first, then by name.
/// Source: the safetensors format description, huggingface.co/docs/safetensors.</para>
/// </remarks>
public static class Safetensors
{
    /// <summary>Reads all tensors of a file, in the order of their data.</summary>
    /// <exception cref="InvalidFileException">The file breaks the format, is cut off or has bytes left over.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SafetensorsContent Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var tensors = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var entry in file.Header.Entries)
        {
            var tensor = Tensor.Lasting(Device.Cpu, entry.StoredType.ReadsAs(), entry.Shape);
            file.Read(entry, tensor.View.Address);
            GC.KeepAlive(tensor);
            tensors.Add(entry.Name, tensor);
        }

        return new SafetensorsContent(tensors, file.Header.Metadata);
    }

    /// <summary>Writes tensors to a file, whole or not at all: a failure leaves what stood at the path.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="tensors">Names and tensors; any order.</param>
    /// <param name="metadata">Free text to keep beside them.</param>
    /// <exception cref="ArgumentException">Two tensors share a name, or one is called <c>__metadata__</c>.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(
        string path,
        IEnumerable<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        ArgumentNullException.ThrowIfNull(tensors);
        SafetensorsWriter.Write(path, tensors.Select(pair => Source(pair.Key, pair.Value)), metadata);
    }

    private static SafetensorsSource Source(string name, Tensor tensor) =>
        new(name, tensor.DType, tensor.Shape, stream => WriteElements(tensor.To(Device.Cpu).Contiguous(), stream));

    private static unsafe void WriteElements(Tensor tensor, Stream stream)
    {
        const int PieceLength = 1 << 24;
        var bytes = (byte*)tensor.View.Address;
        var length = tensor.Count * tensor.DType.ByteSize();
        for (long done = 0; done < length; done += PieceLength)
        {
            stream.Write(new ReadOnlySpan<byte>(bytes + done, (int)Math.Min(PieceLength, length - done)));
        }

        GC.KeepAlive(tensor);
    }
}

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">The tensors by name, in the order of their data.</param>
/// <param name="Metadata">The free text that the writer left; empty when there is none.</param>
public sealed record SafetensorsContent(
    IReadOnlyDictionary<string, Tensor> Tensors,
    IReadOnlyDictionary<string, string> Metadata
);
