using System.Text;
using Descent.Formats;
using static Descent.Tests.Formats.SafetensorsBuilder;

namespace Descent.Tests.Formats;

public sealed class SafetensorsHeaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{}""", 0)]
    [InlineData("""{"__metadata__":{"k":"v","":""}}     """, 0)]
    [InlineData("""{"":{"shape":[],"data_offsets":[0,1],"dtype":"U8"}}""", 1)]
    [InlineData("""{"a":{"dtype":"F64","shape":[0,2147483647,2147483647],"data_offsets":[0,0]}}""", 0)]
    [InlineData(
        """{"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""",
        3
    )]
    public void AcceptsWhatTheFormatAllows(string header, int dataLength)
    {
        using var file = Open(Build(header, dataLength));

        Assert.Equal(dataLength, file.Header.Entries.Sum(entry => entry.Length));
    }

    [Theory]
    [InlineData("", 0, "must start with '{'")]
    [InlineData(" {}", 0, "must start with '{'")]
    [InlineData("[]", 0, "must start with '{'")]
    [InlineData("{", 0, "not valid JSON")]
    [InlineData("{} x", 0, "not valid JSON")]
    [InlineData("{}{}", 0, "not valid JSON")]
    [InlineData("""{"a":1}""", 0, "entry \"a\" must be a JSON object")]
    [InlineData("""{"a":{}}""", 0, "has no \"dtype\"")]
    [InlineData("""{"a":{"dtype":"U8","data_offsets":[0,0]}}""", 0, "has no \"shape\"")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0]}}""", 0, "has no \"data_offsets\"")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", 1, "element type \"F8_E4M3\", which")]
    [InlineData("""{"a":{"dtype":"1","shape":[1],"data_offsets":[0,1]}}""", 1, "element type \"1\"")]
    [InlineData("""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "element type \"f32\"")]
    [InlineData("""{"a":{"dtype":3,"shape":[1],"data_offsets":[0,1]}}""", 1, "must be a text")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1, "must be a whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}""", 1, "must be a whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296],"data_offsets":[0,1]}}""", 1, "must be a whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":[[1]],"data_offsets":[0,1]}}""", 1, "must be a whole number")]
    [InlineData("""{"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}""", 1, "must be an array")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}""", 1, "more than 8 axes")]
    [InlineData(
        """{"a":{"dtype":"F64","shape":[2147483647,2147483647,4],"data_offsets":[0,0]}}""",
        0,
        "multiply to more than"
    )]
    [InlineData(
        """{"a":{"dtype":"F64","shape":[2147483647,1073741824,2],"data_offsets":[0,0]}}""",
        0,
        "needs 36893488130239234048 bytes"
    )]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", 1, "must be two whole numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}""", 1, "must be two whole numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}""", 1, "must be two whole numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}""", 1, "must be two whole numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":"0"}}""", 1, "must be two whole numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1, "the file holds only 1")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 2, "1 bytes follow")]
    [InlineData("""{}""", 1, "1 bytes follow")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "nor leave a gap")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""",
        3,
        "neither overlap"
    )]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""",
        2,
        "appears twice"
    )]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""",
        2,
        "appears twice"
    )]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "appears twice")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", 0, "\"k\" appears twice in __metadata__")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "must be a text")]
    [InlineData("""{"__metadata__":"x"}""", 0, "must be a JSON object")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "gives \"dtype\" twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":[]}}""", 1, "field \"x\"")]
    [InlineData("""{"\ud800":{}}""", 0, "invalid escape")]
    [InlineData("""{/* */}""", 0, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},}""", 1, "not valid JSON")]
    public void RefusesWithReason(string header, int dataLength, string reason)
    {
        var error = Assert.Throws<InvalidFileException>(() => Open(Build(header, dataLength)).Dispose());

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Offset, 0, 8 + header.Length + dataLength);
    }

    [Fact]
    public void RefusesDepthWithoutExhaustingTheStack() =>
        Assert.Throws<InvalidFileException>(() => Open(Build("{\"a\":" + new string('[', 1_000_000))).Dispose());

    [Fact]
    public void RefusesTextThatIsNotUtf8()
    {
        byte[] json = [.. "{\"a"u8, 0xFF, .. "\":{}}"u8];

        var error = Assert.Throws<InvalidFileException>(() => Open(Build((ulong)json.Length, json, [])).Dispose());

        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3UL, "the file ends after 2 of them")]
    [InlineData(100_000_001UL, "the format allows 100000000")]
    [InlineData(0x8000_0000_0000_0000UL, "the format allows 100000000")]
    [InlineData(ulong.MaxValue, "the format allows 100000000")]
    public void RefusesAWrongHeaderLength(ulong length, string reason)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<InvalidFileException>(() => Open(Build(length, "{}"u8.ToArray(), [])).Dispose());

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void RefusesAFileOfSevenBytes()
    {
        var error = Assert.Throws<InvalidFileException>(() => Open(new byte[7]).Dispose());

        Assert.Contains("The file has 7 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeepsMetadata()
    {
        using var file = Open(Build("""{"__metadata__":{"format":"pt","text":"\u00e9 \"q\""}}"""));

        Assert.Equal("pt", file.Header.Metadata["format"]);
        Assert.Equal("é \"q\"", file.Header.Metadata["text"]);
    }

    public void Dispose() => folder.Dispose();

    private SafetensorsFile Open(byte[] content)
    {
        var path = folder.File("test.safetensors");
        File.WriteAllBytes(path, content);
        return SafetensorsFile.Open(path);
    }
}
