using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Descent.Formats;

/// <summary>An open safetensors file whose header has been read and checked; the data are read tensor by tensor.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private const int PieceLength = 1 << 26;
    private const int HalvesLength = 1 << 16;
    private readonly SafeFileHandle handle;
    private readonly string path;

    private SafetensorsFile(SafeFileHandle handle, string path, SafetensorsHeader header)
    {
        this.handle = handle;
        this.path = path;
        Header = header;
    }

    /// <summary>What the file says it holds.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <exception cref="InvalidFileException">The file breaks the format.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SafetensorsFile Open(string path)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        try
        {
            var length = RandomAccess.GetLength(handle);
            return new SafetensorsFile(handle, path, ReadHeader(handle, path, length));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads one tensor's elements; half precision widens to float32.</summary>
    /// <param name="entry">One of the header's entries.</param>
    /// <param name="destination">Memory for the entry's elements in the type that <see cref="SafetensorsTypes.ReadsAs"/> names.</param>
    /// <exception cref="InvalidFileException">The file shrank meanwhile, or a truth value is neither 0 nor 1.</exception>
    public unsafe void Read(in SafetensorsEntry entry, nint destination)
    {
        var widens = entry.StoredType is SafetensorsType.F16 or SafetensorsType.BF16;
        var halves = widens ? new byte[Math.Min(HalvesLength, entry.Length)] : [];
        var pieceLength = widens ? halves.Length : PieceLength;
        for (long done = 0; done < entry.Length; done += pieceLength)
        {
            var length = (int)Math.Min(pieceLength, entry.Length - done);
            if (widens)
            {
                var stored = halves.AsSpan(0, length);
                ReadExactly(handle, path, entry.Offset + done, stored);
                SafetensorsTypes.Widen(
                    entry.StoredType,
                    stored,
                    new Span<float>((byte*)destination + 2 * done, length / 2)
                );
                continue;
            }

            var piece = new Span<byte>((byte*)destination + done, length);
            ReadExactly(handle, path, entry.Offset + done, piece);
            if (entry.StoredType == SafetensorsType.BOOL)
            {
                CheckTruthValues(entry, done, piece);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private static SafetensorsHeader ReadHeader(SafeFileHandle handle, string path, long fileLength)
    {
        if (fileLength < SafetensorsHeader.PrefixLength)
        {
            throw new InvalidFileException(
                path,
                fileLength,
                $"The file has {fileLength} bytes; a safetensors file starts with 8 that give its header's length."
            );
        }

        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixLength];
        ReadExactly(handle, path, 0, prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafetensorsHeader.MaxHeaderLength)
        {
            throw new InvalidFileException(
                path,
                0,
                $"The header would be {length} bytes long; the format allows {SafetensorsHeader.MaxHeaderLength}. "
                    + "Is this a safetensors file?"
            );
        }

        if ((long)length > fileLength - prefix.Length)
        {
            throw new InvalidFileException(
                path,
                fileLength,
                $"The header should be {length} bytes long, but the file ends after {fileLength - prefix.Length} of them. "
                    + "It is cut off: fetch it again."
            );
        }

        var json = new byte[length];
        ReadExactly(handle, path, prefix.Length, json);
        return SafetensorsHeader.Parse(json, path, fileLength);
    }

    private void CheckTruthValues(in SafetensorsEntry entry, long start, ReadOnlySpan<byte> values)
    {
        var at = values.IndexOfAnyExceptInRange((byte)0, (byte)1);
        if (at >= 0)
        {
            throw new InvalidFileException(
                path,
                entry.Offset + start + at,
                $"Tensor \"{entry.Name}\" holds {values[at]} where a truth value, 0 or 1, must stand."
            );
        }
    }

    private static void ReadExactly(SafeFileHandle handle, string path, long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = RandomAccess.Read(handle, destination, offset);
            if (count == 0)
            {
                throw new InvalidFileException(path, offset, "The file became shorter while it was read.");
            }

            offset += count;
            destination = destination[count..];
        }
    }
}
