using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Descent.Formats;

/// <summary>One tensor to be written.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="DType">The type of its elements.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Write">Writes its elements, row-major and little-endian, exactly as many bytes as type and shape need.</param>
internal readonly record struct SafetensorsSource(string Name, DType DType, Shape Shape, Action<Stream> Write)
{
    /// <summary>The bytes its data take.</summary>
    public long Length => Shape.Count * DType.ByteSize();
}

/// <summary>Writes safetensors files: the same tensors give the same bytes, whatever order they come in.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes a file whole or not at all.</summary>
    /// <exception cref="ArgumentException">Two tensors share a name, or one is called <c>__metadata__</c>.</exception>
    public static void Write(
        string path,
        IEnumerable<SafetensorsSource> tensors,
        IReadOnlyDictionary<string, string>? metadata
    )
    {
        // Wide elements first keeps every tensor's data aligned to its element.
        var ordered = tensors
            .OrderByDescending(tensor => tensor.DType.ByteSize())
            .ThenBy(tensor => tensor.Name, StringComparer.Ordinal)
            .ToArray();
        var header = Header(ordered, metadata);
        AtomicFile.Write(
            path,
            stream =>
            {
                Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixLength];
                BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
                stream.Write(prefix);
                stream.Write(header);
                foreach (var tensor in ordered)
                {
                    tensor.Write(stream);
                }
            }
        );
    }

    private static byte[] Header(SafetensorsSource[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var text = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(text, options))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
            long offset = 0;
            foreach (var tensor in tensors)
            {
                if (!names.Add(tensor.Name))
                {
                    throw new ArgumentException(
                        $"Two entries of the file would be called \"{tensor.Name}\".",
                        nameof(tensors)
                    );
                }

                WriteEntry(json, tensor, offset);
                offset += tensor.Length;
            }

            json.WriteEndObject();
        }

        var padding = -text.WrittenCount & (Alignment - 1);
        text.GetSpan(padding)[..padding].Fill((byte)' ');
        text.Advance(padding);
        return text.WrittenSpan.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsSource tensor, long offset)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", SafetensorsTypes.For(tensor.DType).ToString());
        json.WriteStartArray("shape");
        foreach (var size in tensor.Shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + tensor.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
