using System.Text.Json;
using System.Text.Unicode;

namespace Descent.Formats;

/// <summary>One tensor as a safetensors header describes it.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="StoredType">The element type in the file, as the format spells it.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Offset">Where its data start, in bytes from the start of the file.</param>
/// <param name="Length">The bytes its data take in the file.</param>
internal readonly record struct SafetensorsEntry(
    string Name,
    SafetensorsType StoredType,
    Shape Shape,
    long Offset,
    long Length
);

/// <summary>The JSON header of a safetensors file, read strictly.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The largest header that the format allows.</summary>
    public const int MaxHeaderLength = 100_000_000;

    /// <summary>The bytes before the JSON text: its length.</summary>
    public const int PrefixLength = 8;

    private readonly string path;
    private readonly long dataStart;
    private readonly long dataLength;
    private readonly List<SafetensorsEntry> entries = [];
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(string path, int jsonLength, long fileLength)
    {
        this.path = path;
        dataStart = PrefixLength + jsonLength;
        dataLength = fileLength - dataStart;
    }

    /// <summary>The tensors, in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => entries;

    /// <summary>The free text that the writer left.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Reads the JSON text between the length prefix and the data.</summary>
    /// <exception cref="InvalidFileException">The header breaks the format, or does not fit the file's length.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, string path, long fileLength)
    {
        var header = new SafetensorsHeader(path, json.Length, fileLength);
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw header.Fault(0, "The JSON header must start with '{'. Is this a safetensors file?");
        }

        if (!Utf8.IsValid(json))
        {
            throw header.Fault(0, "The JSON header is not valid UTF-8.");
        }

        var reader = new Utf8JsonReader(json);
        try
        {
            header.Read(ref reader);
        }
        catch (JsonException error)
        {
            throw header.Fault(reader.BytesConsumed, $"The header is not valid JSON: {error.Message}");
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for an escape that names half a character.
            throw header.Fault(reader.TokenStartIndex, "A text in the JSON header has an invalid escape.");
        }

        header.CheckLayout();
        return header;
    }

    private void Read(ref Utf8JsonReader reader)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!names.Add(name))
            {
                throw Fault(reader.TokenStartIndex, $"The name \"{name}\" appears twice in the header.");
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw Fault(reader.TokenStartIndex, $"The entry \"{name}\" must be a JSON object.");
            }

            if (name == "__metadata__")
            {
                ReadMetadata(ref reader);
            }
            else
            {
                entries.Add(ReadEntry(ref reader, name));
            }
        }

        // Reading on makes the reader check that only white space follows the closing brace.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Fault(reader.TokenStartIndex, $"The value of \"{key}\" in __metadata__ must be a text.");
            }

            if (!metadata.TryAdd(key, reader.GetString()!))
            {
                throw Fault(reader.TokenStartIndex, $"The key \"{key}\" appears twice in __metadata__.");
            }
        }
    }

    private SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        var start = reader.TokenStartIndex;
        SafetensorsType? type = null;
        Shape? shape = null;
        (long Begin, long End)? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var place = reader.TokenStartIndex;
            var field = reader.GetString()!;
            reader.Read();
            var repeated = false;
            switch (field)
            {
                case "dtype":
                    repeated = type is not null;
                    type = ReadType(ref reader, name);
                    break;
                case "shape":
                    repeated = shape is not null;
                    shape = ReadShape(ref reader, name);
                    break;
                case "data_offsets":
                    repeated = offsets is not null;
                    offsets = ReadOffsets(ref reader, name);
                    break;
                default:
                    throw Fault(place, $"Tensor \"{name}\" has a field \"{field}\" that the format does not know.");
            }

            if (repeated)
            {
                throw Fault(place, $"Tensor \"{name}\" gives \"{field}\" twice.");
            }
        }

        if (type is not { } storedType || shape is not { } sizes || offsets is not { } range)
        {
            var missing =
                type is null ? "dtype"
                : shape is null ? "shape"
                : "data_offsets";
            throw Fault(start, $"Tensor \"{name}\" has no \"{missing}\".");
        }

        // At most 2⁶³ − 1 elements of 8 bytes: the product needs 128 bits.
        var needed = (Int128)sizes.Count * storedType.ByteSize();
        var length = range.End - range.Begin;
        return needed == length
            ? new SafetensorsEntry(name, storedType, sizes, dataStart + range.Begin, length)
            : throw Fault(
                start,
                $"Tensor \"{name}\" of {storedType} {sizes} needs {needed} bytes, but its data_offsets span {length}."
            );
    }

    private SafetensorsType ReadType(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw Fault(reader.TokenStartIndex, $"The dtype of tensor \"{name}\" must be a text.");
        }

        var text = reader.GetString()!;
        return SafetensorsTypes.Find(text)
            ?? throw Fault(
                reader.TokenStartIndex,
                $"Tensor \"{name}\" has the element type \"{text}\", which is not supported; {SafetensorsTypes.Known} are."
            );
    }

    private Shape ReadShape(ref Utf8JsonReader reader, string name)
    {
        var start = reader.TokenStartIndex;
        Span<int> sizes = stackalloc int[Shape.MaxRank];
        var rank = 0;
        long count = 1;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Fault(start, $"The shape of tensor \"{name}\" must be an array of numbers.");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var place = reader.TokenStartIndex;
            if (rank == Shape.MaxRank)
            {
                throw Fault(place, $"Tensor \"{name}\" has more than {Shape.MaxRank} axes.");
            }

            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var size) || size < 0)
            {
                throw Fault(
                    place,
                    $"Size {rank} of tensor \"{name}\" must be a whole number from 0 to {int.MaxValue}."
                );
            }

            sizes[rank++] = size;
            if ((Int128)count * size > long.MaxValue)
            {
                throw Fault(place, $"The sizes of tensor \"{name}\" multiply to more than 2⁶³ elements.");
            }

            count *= size;
        }

        return new Shape(sizes[..rank]);
    }

    private (long Begin, long End) ReadOffsets(ref Utf8JsonReader reader, string name)
    {
        var start = reader.TokenStartIndex;
        Span<long> numbers = stackalloc long[2];
        var count = 0;
        var valid = reader.TokenType == JsonTokenType.StartArray;
        while (valid && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            valid =
                count < 2
                && reader.TokenType == JsonTokenType.Number
                && reader.TryGetInt64(out numbers[count])
                && numbers[count] >= 0;
            count++;
        }

        if (!valid || count != 2 || numbers[1] < numbers[0])
        {
            throw Fault(
                start,
                $"The data_offsets of tensor \"{name}\" must be two whole numbers, begin and end, with begin ≤ end."
            );
        }

        return numbers[1] <= dataLength
            ? (numbers[0], numbers[1])
            : throw Fault(
                start,
                $"The data of tensor \"{name}\" end at byte {numbers[1]} of the data, but the file holds only {dataLength}. "
                    + "It is cut off: fetch it again."
            );
    }

    /// <summary>The data of all tensors must lie side by side and fill the rest of the file.</summary>
    private void CheckLayout()
    {
        entries.Sort((a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.Length.CompareTo(b.Length));
        var end = dataStart;
        foreach (var entry in entries)
        {
            if (entry.Offset != end)
            {
                throw new InvalidFileException(
                    path,
                    entry.Offset,
                    $"The data of tensor \"{entry.Name}\" start at byte {entry.Offset - dataStart} of the data, where "
                        + $"{end - dataStart} is next: tensors must neither overlap nor leave a gap."
                );
            }

            end += entry.Length;
        }

        if (end != dataStart + dataLength)
        {
            throw new InvalidFileException(
                path,
                end,
                $"{dataStart + dataLength - end} bytes follow the last tensor's data; a safetensors file ends there."
            );
        }
    }

    private InvalidFileException Fault(long placeInJson, string problem) =>
        new(path, PrefixLength + placeInJson, problem);
}
