using System.Buffers.Binary;
using System.IO.Compression;

namespace Descent.Formats;

/// <summary>IDX files, the format of MNIST: two zero bytes, a type code, the number of axes, their sizes, the elements, all big-endian.</summary>
/// <remarks>
/// <para>Plain or gzip-compressed, told apart by the first two bytes and not by the name. Unsigned bytes, 32-bit
/// integers and both floating types keep their type; signed bytes and 16-bit integers widen to int32.</para>
/// <para>Reading is strict: what the sizes promise must be what the file holds, to the byte. Memory grows with the bytes
/// that really arrive, so a small file cannot ask for a large array.
/// Bytes behind the end of a gzip stream are ignored, as gzip itself does. Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST
/// database of handwritten digits", the file formats section.</para>
/// </remarks>
public static class Idx
{
    private const int FirstPiece = 1 << 20;

    /// <summary>Reads a file into a tensor.</summary>
    /// <exception cref="InvalidFileException">The file breaks the format, is cut off or has bytes left over.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Tensor Read(string path) => ReadRaw(path).ToTensor();

    /// <summary>Reads a file into memory.</summary>
    internal static RawArray ReadRaw(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return ReadRaw(file, path);
    }

    /// <summary>Reads a seekable stream from its start.</summary>
    /// <param name="file">Plain or gzip-compressed content.</param>
    /// <param name="path">The name that errors give.</param>
    internal static RawArray ReadRaw(Stream file, string path)
    {
        if (!IsGzip(file))
        {
            return ReadContent(file, path, file.Length);
        }

        try
        {
            using var unzipped = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            return ReadContent(unzipped, path, contentLength: -1);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidFileException(
                path,
                file.Position,
                $"The gzip data is damaged or cut off ({error.Message.TrimEnd('.')}). Fetch the file again."
            );
        }
    }

    private static bool IsGzip(Stream file)
    {
        Span<byte> magic = stackalloc byte[2];
        file.Position = 0;
        var count = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        return count == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
    }

    private static RawArray ReadContent(Stream content, string path, long contentLength)
    {
        Span<byte> head = stackalloc byte[4];
        var got = content.ReadAtLeast(head, 4, throwOnEndOfStream: false);
        if (got < 4)
        {
            throw new InvalidFileException(path, got, "The file ends inside the first four bytes of the IDX header.");
        }

        if (head[0] != 0 || head[1] != 0)
        {
            throw new InvalidFileException(
                path,
                0,
                $"Not an IDX file: it starts with {head[0]:X2} {head[1]:X2}, an IDX file with 00 00 (or, compressed by gzip, 1F 8B)."
            );
        }

        var (dtype, storedSize) = Type(head[2], path);
        int rank = head[3];
        if (rank is 0 or > Shape.MaxRank)
        {
            throw new InvalidFileException(
                path,
                3,
                $"The header names {rank} axes; 1 to {Shape.MaxRank} are possible."
            );
        }

        Span<byte> sizeBytes = stackalloc byte[4 * Shape.MaxRank];
        sizeBytes = sizeBytes[..(4 * rank)];
        got = content.ReadAtLeast(sizeBytes, sizeBytes.Length, throwOnEndOfStream: false);
        if (got < sizeBytes.Length)
        {
            throw new InvalidFileException(path, 4 + got, $"The file ends inside the sizes of its {rank} axes.");
        }

        Span<int> sizes = stackalloc int[rank];
        var length = Length(sizeBytes, storedSize, sizes, path);
        var start = 4 + sizeBytes.Length;
        if (contentLength >= 0 && contentLength - start != length)
        {
            throw WrongLength(path, start, length, contentLength - start, new Shape(sizes));
        }

        var stored = ReadExactly(content, path, start, (int)length, new Shape(sizes));
        return new RawArray(dtype, new Shape(sizes), ToNative(stored, head[2], storedSize));
    }

    private static (DType DType, int StoredSize) Type(byte code, string path) =>
        code switch
        {
            0x08 => (DType.UInt8, 1),
            0x09 => (DType.Int32, 1),
            0x0B => (DType.Int32, 2),
            0x0C => (DType.Int32, 4),
            0x0D => (DType.Float32, 4),
            0x0E => (DType.Float64, 8),
            _ => throw new InvalidFileException(
                path,
                2,
                $"Type code {code:X2} is unknown; IDX has 08 (uint8), 09 (int8), 0B (int16), 0C (int32), 0D (float32), 0E (float64)."
            ),
        };

    private static long Length(ReadOnlySpan<byte> sizeBytes, int storedSize, Span<int> sizes, string path)
    {
        // Each factor is below 2³¹ and the product is checked at once, so nothing overflows.
        long length = storedSize;
        for (var axis = 0; axis < sizes.Length; axis++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(sizeBytes[(4 * axis)..]);
            if (size > int.MaxValue || (length *= size) > Array.MaxLength)
            {
                throw new InvalidFileException(
                    path,
                    4 + 4 * axis,
                    $"Axis {axis} of size {size} makes the array larger than 2 GB, the most that is read in one piece."
                );
            }

            sizes[axis] = (int)size;
        }

        return length;
    }

    private static byte[] ReadExactly(Stream content, string path, int start, int length, Shape shape)
    {
        var bytes = new byte[Math.Min(length, FirstPiece)];
        var filled = 0;
        while (true)
        {
            filled += content.ReadAtLeast(bytes.AsSpan(filled), bytes.Length - filled, throwOnEndOfStream: false);
            if (filled < bytes.Length)
            {
                throw WrongLength(path, start, length, filled, shape);
            }

            if (filled == length)
            {
                break;
            }

            Array.Resize(ref bytes, (int)Math.Min(length, 2L * bytes.Length));
        }

        return content.ReadByte() < 0
            ? bytes
            : throw new InvalidFileException(
                path,
                start + (long)length,
                $"The header's sizes {shape} end here, yet the file goes on. Either the sizes or the file are damaged."
            );
    }

    private static InvalidFileException WrongLength(string path, int start, long expected, long actual, Shape shape) =>
        new(
            path,
            start + Math.Min(expected, actual),
            $"The header's sizes {shape} need {expected} bytes of data; the file holds {actual}. "
                + (actual < expected ? "It is cut off: fetch it again." : "Either the sizes or the file are damaged.")
        );

    private static byte[] ToNative(byte[] stored, byte code, int storedSize)
    {
        if (code == 0x08)
        {
            return stored;
        }

        var count = stored.Length / storedSize;
        var native =
            code == 0x0E ? stored
            : storedSize == 4 ? stored
            : new byte[4L * count];
        for (var i = 0; i < count; i++)
        {
            var from = stored.AsSpan(i * storedSize);
            switch (storedSize)
            {
                case 8:
                    BitConverter.TryWriteBytes(native.AsSpan(8 * i), BinaryPrimitives.ReadInt64BigEndian(from));
                    break;
                case 4:
                    BitConverter.TryWriteBytes(native.AsSpan(4 * i), BinaryPrimitives.ReadInt32BigEndian(from));
                    break;
                default:
                    var value = storedSize == 2 ? BinaryPrimitives.ReadInt16BigEndian(from) : (sbyte)from[0];
                    BitConverter.TryWriteBytes(native.AsSpan(4 * i), (int)value);
                    break;
            }
        }

        return native;
    }
}
