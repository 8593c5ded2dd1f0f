using System.Text.Json;
using Descent.Formats;

namespace Descent.Tests.Formats;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void ReadsAFileWrittenByHand()
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(GoldenPath("types.json")));
        using var file = SafetensorsFile.Open(GoldenPath("types.safetensors"));

        Assert.Equal("a \"b\" \\ c", file.Header.Metadata["quote"]);
        Assert.Equal(
            expected.RootElement.EnumerateObject().Select(tensor => tensor.Name).Order(),
            file.Header.Entries.Select(entry => entry.Name).Order()
        );
        foreach (var entry in file.Header.Entries)
        {
            var tensor = expected.RootElement.GetProperty(entry.Name);
            Assert.Equal(tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()), entry.Shape);
            Assert.Equal(
                tensor.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()),
                Numbers(Read(file, entry), entry.StoredType.ReadsAs())
            );
        }
    }

    [Fact]
    public void ReadsEveryHalf()
    {
        var bits = Enumerable.Range(0, 65536).Select(i => (ushort)i).ToArray();
        var stored = System.Runtime.InteropServices.MemoryMarshal.AsBytes<ushort>(bits).ToArray();
        var wide = new float[65536];

        SafetensorsTypes.Widen(SafetensorsType.F16, stored, wide);
        Assert.All(bits, b => Assert.Equal((float)BitConverter.UInt16BitsToHalf(b), wide[b]));

        SafetensorsTypes.Widen(SafetensorsType.BF16, stored, wide);
        Assert.All(bits, b => Assert.Equal((uint)b << 16, BitConverter.SingleToUInt32Bits(wide[b])));
    }

    [Fact]
    public void ReadsHalvesInSeveralPieces()
    {
        var path = folder.File("long.safetensors");
        var data = new byte[200_002];
        for (var i = 0; i < data.Length / 2; i++)
        {
            BitConverter.TryWriteBytes(data.AsSpan(2 * i), (Half)(i % 2048));
        }

        var json = """{"h":{"dtype":"F16","shape":[100001],"data_offsets":[0,200002]}}"""u8.ToArray();
        File.WriteAllBytes(path, SafetensorsBuilder.Build((ulong)json.Length, json, data));
        using var file = SafetensorsFile.Open(path);

        var numbers = Numbers(Read(file, file.Header.Entries[0]), DType.Float32);

        Assert.Equal(Enumerable.Range(0, 100_001).Select(i => (double)(i % 2048)), numbers);
    }

    [Fact]
    public void RefusesATruthValueOfTwo()
    {
        var path = folder.File("flags.safetensors");
        var json = """{"m":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}"""u8.ToArray();
        File.WriteAllBytes(path, SafetensorsBuilder.Build((ulong)json.Length, json, [1, 0, 2]));
        using var file = SafetensorsFile.Open(path);

        var error = Assert.Throws<InvalidFileException>(() => Read(file, file.Header.Entries[0]));

        Assert.Equal(8 + json.Length + 2, error.Offset);
    }

    [Fact]
    public void TheSameTensorsGiveTheSameBytesInAnyOrder()
    {
        SafetensorsSource[] tensors = [Source("b", 1), Source("a", 3), Source("z.ß", 8)];

        SafetensorsWriter.Write(folder.File("1"), tensors, Metadata("x", "y"));
        SafetensorsWriter.Write(folder.File("2"), tensors.Reverse(), Metadata("y", "x"));

        var bytes = File.ReadAllBytes(folder.File("1"));
        Assert.Equal(bytes, File.ReadAllBytes(folder.File("2")));
        Assert.Equal(0, BitConverter.ToInt64(bytes) % 8);
        using var file = SafetensorsFile.Open(folder.File("1"));
        Assert.Equal(["a", "b", "z.ß"], file.Header.Entries.Select(entry => entry.Name));
        Assert.Equal(new byte[] { 8, 8, 8, 8, 8, 8, 8, 8 }, Read(file, file.Header.Entries[2]));
        Assert.Equal(2, file.Header.Metadata.Count);
    }

    [Fact]
    public void WideElementsComeFirstSoThatAllAreAligned()
    {
        SafetensorsSource[] tensors =
        [
            new("a", DType.UInt8, [3], stream => stream.Write([1, 2, 3])),
            new("b", DType.Float64, [1], stream => stream.Write(new byte[8])),
            new("c", DType.Float32, [1], stream => stream.Write(new byte[4])),
        ];

        SafetensorsWriter.Write(folder.File("mixed"), tensors, null);

        using var file = SafetensorsFile.Open(folder.File("mixed"));
        Assert.Equal(["b", "c", "a"], file.Header.Entries.Select(entry => entry.Name));
        Assert.All(file.Header.Entries, entry => Assert.Equal(0, entry.Offset % entry.StoredType.ByteSize()));
    }

    [Fact]
    public void AFailedWriteLeavesTheOldFile()
    {
        var path = folder.File("model");
        SafetensorsWriter.Write(path, [Source("a", 8)], null);
        var before = File.ReadAllBytes(path);

        Assert.Throws<IOException>(() =>
            SafetensorsWriter.Write(path, [new("a", DType.UInt8, [1], _ => throw new IOException("disk full"))], null)
        );

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void TensorsComeBackAsTheyWent()
    {
        var tensors = new Dictionary<string, Tensor>
        {
            ["floats"] = Tensor.From([1f, float.NaN, -0f, float.MaxValue, 5, 6], [2, 3]),
            ["view"] = Tensor.From([1.0, 2, 3, 4, 5, 6], [2, 3]).Transpose(0, 1),
            ["long"] = Tensor.Scalar(long.MinValue),
            ["int"] = Tensor.From([1, -2]),
            ["byte"] = Tensor.From([(byte)0, (byte)255]),
            ["bool"] = Tensor.From([true, false, true]),
            ["none"] = Tensor.Zeros([0, 3]),
        };

        Safetensors.Write(folder.File("all"), tensors, Metadata("k"));
        var read = Safetensors.Read(folder.File("all"));

        Assert.Equal("k", read.Metadata["k"]);
        Assert.Equal(tensors.Keys.Order(), read.Tensors.Keys.Order());
        Assert.Equal(
            tensors["floats"].ToArray<float>().Select(BitConverter.SingleToInt32Bits),
            read.Tensors["floats"].ToArray<float>().Select(BitConverter.SingleToInt32Bits)
        );
        Assert.Equal(new Shape(2, 3), read.Tensors["floats"].Shape);
        Assert.Equal([1.0, 4, 2, 5, 3, 6], read.Tensors["view"].ToArray<double>());
        Assert.Equal(new Shape(3, 2), read.Tensors["view"].Shape);
        Assert.Equal(long.MinValue, read.Tensors["long"].ToScalar<long>());
        Assert.Equal([1, -2], read.Tensors["int"].ToArray<int>());
        Assert.Equal(new byte[] { 0, 255 }, read.Tensors["byte"].ToArray<byte>());
        Assert.Equal([true, false, true], read.Tensors["bool"].ToArray<bool>());
        Assert.Equal(new Shape(0, 3), read.Tensors["none"].Shape);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("__metadata__", "a")]
    public void RefusesNamesThatClash(string first, string second) =>
        Assert.Throws<ArgumentException>(() =>
            SafetensorsWriter.Write(folder.File("clash"), [Source(first, 1), Source(second, 1)], null)
        );

    [Theory]
    [InlineData("mnist.safetensors")]
    [InlineData("mobilenet_v2_1.0_224_dequant_fp32.safetensors")]
    [InlineData("squeezenet_v1.0_deepcompression_fp32.safetensors")]
    public void ReadsFilesOfOthers(string name)
    {
        using var file = SafetensorsFile.Open(SharedData.Require("weights/" + name));

        Assert.NotEmpty(file.Header.Entries);
        foreach (var entry in file.Header.Entries)
        {
            Assert.All(
                Numbers(Read(file, entry), entry.StoredType.ReadsAs()),
                value => Assert.True(double.IsFinite(value))
            );
        }
    }

    public void Dispose() => folder.Dispose();

    private static string GoldenPath(string name) =>
        Path.Combine(SourceTree.Root, "tests", "golden", "safetensors", name);

    private static SafetensorsSource Source(string name, byte value) =>
        new(name, DType.Float64, [1], stream => stream.Write(Enumerable.Repeat(value, 8).ToArray()));

    private static Dictionary<string, string> Metadata(params string[] keys) =>
        keys.ToDictionary(key => key, key => key);

    internal static unsafe byte[] Read(SafetensorsFile file, SafetensorsEntry entry)
    {
        var bytes = new byte[entry.Shape.Count * entry.StoredType.ReadsAs().ByteSize()];
        fixed (byte* address = bytes)
        {
            file.Read(entry, (nint)address);
        }

        return bytes;
    }

    private static IEnumerable<double> Numbers(byte[] bytes, DType dtype)
    {
        for (var i = 0; i < bytes.Length; i += dtype.ByteSize())
        {
            yield return dtype switch
            {
                DType.Float32 => BitConverter.ToSingle(bytes, i),
                DType.Float64 => BitConverter.ToDouble(bytes, i),
                DType.Int64 => BitConverter.ToInt64(bytes, i),
                DType.Int32 => BitConverter.ToInt32(bytes, i),
                _ => bytes[i],
            };
        }
    }
}
