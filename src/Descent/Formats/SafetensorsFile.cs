using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Descent.Formats;

/// <summary>An open safetensors file whose header has been read and checked; the data are read tensor by tensor.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private const int PieceLength = 1 << 16;
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
    /// <param name="destination">As many bytes as the entry's shape needs in its element type after reading.</param>
    /// <exception cref="InvalidFileException">The file shrank meanwhile, or a truth value is neither 0 nor 1.</exception>
    public void Read(in SafetensorsEntry entry, Span<byte> destination)
    {
        if (entry.StoredType is SafetensorsType.F16 or SafetensorsType.BF16)
        {
            ReadHalves(entry, MemoryMarshal.Cast<byte, float>(destination));
            return;
        }

        ReadExactly(handle, path, entry.Offset, destination);
        if (
            entry.StoredType == SafetensorsType.BOOL
            && destination.IndexOfAnyExceptInRange((byte)0, (byte)1) is var at and >= 0
        )
        {
            throw new InvalidFileException(
                path,
                entry.Offset + at,
                $"Tensor \"{entry.Name}\" holds {destination[at]} where a truth value, 0 or 1, must stand."
            );
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

    private void ReadHalves(in SafetensorsEntry entry, Span<float> destination)
    {
        Span<byte> piece = new byte[Math.Min(PieceLength, entry.Length)];
        for (var done = 0; done < destination.Length; done += piece.Length / 2)
        {
            var count = Math.Min(piece.Length / 2, destination.Length - done);
            var stored = piece[..(2 * count)];
            ReadExactly(handle, path, entry.Offset + 2L * done, stored);
            SafetensorsTypes.Widen(entry.StoredType, stored, destination.Slice(done, count));
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
