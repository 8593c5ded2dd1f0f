using System.Buffers.Binary;
using System.IO.Compression;
using Descent.Formats;

namespace Descent.Tests.Formats;

public class IdxTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsBytesPlainAndCompressed(bool compressed)
    {
        var file = Build(0x08, [2, 3], [1, 2, 3, 250, 5, 6]);

        var array = Read(compressed ? Zip(file) : file);

        Assert.Equal(DType.UInt8, array.DType);
        Assert.Equal(new Shape(2, 3), array.Shape);
        Assert.Equal<byte>([1, 2, 3, 250, 5, 6], array.Bytes);
    }

    [Fact]
    public void ReadsEveryTypeIntoTheMachinesOrder()
    {
        Assert.Equal([-1, 127], Numbers<int>(Build(0x09, [2], [0xFF, 0x7F])));
        Assert.Equal([-2, 258], Numbers<int>(Build(0x0B, [2], [0xFF, 0xFE, 1, 2])));
        Assert.Equal([-2, 16909060], Numbers<int>(Build(0x0C, [2], [0xFF, 0xFF, 0xFF, 0xFE, 1, 2, 3, 4])));
        Assert.Equal([1.5f], Numbers<float>(Build(0x0D, [1], [0x3F, 0xC0, 0, 0])));
        Assert.Equal([-2.25], Numbers<double>(Build(0x0E, [1], [0xC0, 0x02, 0, 0, 0, 0, 0, 0])));
    }

    [Fact]
    public void ReadsAnEmptyAxis()
    {
        var array = Read(Build(0x0D, [0, 7], []));

        Assert.Equal(new Shape(0, 7), array.Shape);
        Assert.Empty(array.Bytes);
    }

    [Theory]
    [InlineData("", 0, "ends inside the first four bytes")]
    [InlineData("0000", 2, "ends inside the first four bytes")]
    [InlineData("89504E47", 0, "Not an IDX file: it starts with 89 50")]
    [InlineData("00000A0100000000", 2, "Type code 0A is unknown")]
    [InlineData("00000800", 3, "names 0 axes")]
    [InlineData("00000809", 3, "names 9 axes")]
    [InlineData("0000080200000001", 8, "ends inside the sizes")]
    [InlineData("000008010000000301FF", 10, "need 3 bytes of data; the file holds 2. It is cut off")]
    [InlineData("000008010000000101FF", 9, "need 1 bytes of data; the file holds 2.")]
    [InlineData("0000080180000000", 4, "Axis 0 of size 2147483648 makes the array larger than 2 GB")]
    [InlineData("00000E037FFFFFFF7FFFFFFF7FFFFFFF", 4, "larger than 2 GB")]
    public void RefusesWithPlaceAndReason(string hex, long offset, string reason)
    {
        var error = Assert.Throws<InvalidFileException>(() => Read(Convert.FromHexString(hex)));

        Assert.Equal(offset, error.Offset);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("test.idx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesTrailingBytesInsideGzip()
    {
        var error = Assert.Throws<InvalidFileException>(() => Read(Zip(Build(0x08, [1], [1, 2]))));

        Assert.Contains("yet the file goes on", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesDamagedGzip()
    {
        var file = Zip(Build(0x08, [4000], [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * i >> 3))]));

        // The sum at the end covers every byte, so a flip anywhere in the data shows.
        file[file.Length / 2] ^= 0x10;
        Assert.Throws<InvalidFileException>(() => Read(file));
        Assert.Throws<InvalidFileException>(() => Read(file[..(file.Length / 2)]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AShortFileCannotAskForMuchMemory(bool compressed)
    {
        // 2 GB by the header, 100 bytes in truth.
        var file = Build(0x08, [0x7FFFFFC7], new byte[100]);
        var content = compressed ? Zip(file) : file;
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidFileException>(() => Read(content));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20);
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        var file = Build(0x0B, [3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidFileException>(() => Read(file[..length]));
        }
    }

    [Fact]
    public void ATruncatedGzipIsRefusedUnlessAllDataArrived()
    {
        byte[] data = [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * i >> 3))];
        var file = Zip(Build(0x08, [4000], data));
        var refused = 0;
        for (var length = 0; length < file.Length; length++)
        {
            try
            {
                Assert.Equal(data, Read(file[..length]).Bytes);
            }
            catch (InvalidFileException)
            {
                refused++;
            }
        }

        // Only the check sum at the end, eight bytes, may be missing without harm to the data.
        Assert.InRange(refused, file.Length - 12, file.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnyDamageIsRefusedByTypeOrReadWithinMemory(bool compressed)
    {
        var whole = Build(0x08, [5, 4], [.. Enumerable.Range(0, 20).Select(i => (byte)i)]);
        var file = compressed ? Zip(whole) : whole;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = 0;
        for (var place = 0; place < file.Length; place++)
        {
            foreach (var flip in (byte[])[0x01, 0x10, 0x80, 0xFF])
            {
                var damaged = (byte[])file.Clone();
                damaged[place] ^= flip;
                try
                {
                    Read(damaged);
                }
                catch (InvalidFileException)
                {
                    refused++;
                }
            }
        }

        Assert.True(refused > 0);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20);
    }

    [Fact]
    public void ReadsTheMnistTestSet()
    {
        var images = Idx.Read(SharedData.Require("mnist/t10k-images-idx3-ubyte.gz"));
        var labels = Idx.Read(SharedData.Require("mnist/t10k-labels-idx1-ubyte.gz"));

        Assert.Equal(new Shape(10000, 28, 28), images.Shape);
        Assert.Equal<byte>([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], labels.ToArray<byte>()[..10]);
    }

    internal static byte[] Build(byte code, uint[] sizes, byte[] data)
    {
        var file = new byte[4 + 4 * sizes.Length + data.Length];
        file[2] = code;
        file[3] = (byte)sizes.Length;
        for (var axis = 0; axis < sizes.Length; axis++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4 + 4 * axis), sizes[axis]);
        }

        data.CopyTo(file, 4 + 4 * sizes.Length);
        return file;
    }

    internal static byte[] Zip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return zipped.ToArray();
    }

    private static RawArray Read(byte[] file) => Idx.ReadRaw(new MemoryStream(file), "test.idx");

    private static T[] Numbers<T>(byte[] file)
        where T : unmanaged
    {
        var array = Read(file);
        Assert.Equal(DTypes.For<T>(), array.DType);
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(array.Bytes).ToArray();
    }
}
