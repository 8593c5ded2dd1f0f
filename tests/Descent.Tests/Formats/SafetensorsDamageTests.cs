using System.Text;
using Descent.Formats;
using FsCheck;
using FsCheck.Fluent;
using static Descent.Tests.Formats.SafetensorsBuilder;

namespace Descent.Tests.Formats;

/// <summary>Damaged files: whatever happens to the bytes, reading gives tensors or <see cref="InvalidFileException"/>, and never much memory.</summary>
public sealed class SafetensorsDamageTests : IDisposable
{
    private const string Header =
        """{"__metadata__":{"f":"x"},"a":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[3],"data_offsets":[8,11]}}""";

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void EveryTruncationIsRefused()
    {
        var whole = Build(Header, 11);
        Assert.True(Survives(whole));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(Survives(whole[..length]));
        }
    }

    [Fact]
    public void EveryChangedByteIsRefusedOrRead()
    {
        var whole = Build(Header, 11);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = 0;
        for (var place = 0; place < whole.Length; place++)
        {
            foreach (var flip in (byte[])[0x01, 0x02, 0x10, 0x80])
            {
                var damaged = (byte[])whole.Clone();
                damaged[place] ^= flip;
                refused += Survives(damaged) ? 0 : 1;
            }
        }

        Assert.True(refused > whole.Length);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20);
    }

    [Fact]
    public void RandomDamageIsRefusedOrRead()
    {
        // Splices of JSON pieces reach deeper than flipped bits: they stay half well-formed.
        string[] pieces =
        [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"a\"",
            "\"dtype\"",
            "\"F32\"",
            "\"shape\"",
            "\"data_offsets\"",
            "0",
            "8",
            "-1",
            "1e9",
            "9223372036854775807",
            "9223372036854775808",
            "null",
            "true",
            "\\u0000",
            "\\ud800",
            " ",
        ];
        var splices =
            from place in Gen.Choose(0, Header.Length)
            from removed in Gen.Choose(0, 12)
            from piece in Gen.Elements(pieces)
            select (place, removed, piece);
        var property = Prop.ForAll(
            Gen.ListOf(splices).ToArbitrary(),
            edits =>
            {
                var text = Header;
                foreach (var (place, removed, piece) in edits)
                {
                    var at = Math.Min(place, text.Length);
                    text = text.Remove(at, Math.Min(removed, text.Length - at)).Insert(at, piece);
                }

                var before = GC.GetAllocatedBytesForCurrentThread();
                Survives(Build(text, 11));
                return GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20;
            }
        );
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(1, 3).WithQuietOnSuccess(true), property);
    }

    [Fact]
    public void RandomBytesAreRefused()
    {
        var property = Prop.ForAll<byte[]>(bytes => !Survives(bytes) || bytes.Length >= 10);
        Check.One(Config.QuickThrowOnFailure.WithReplay(1, 3).WithQuietOnSuccess(true), property);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Reads a file to the end; true when it was accepted. Any other exception fails the test.</summary>
    private bool Survives(byte[] content)
    {
        var path = folder.File("damaged.safetensors");
        File.WriteAllBytes(path, content);
        try
        {
            using var file = SafetensorsFile.Open(path);
            foreach (var entry in file.Header.Entries)
            {
                _ = SafetensorsFileTests.Read(file, entry);
            }

            return true;
        }
        catch (InvalidFileException)
        {
            return false;
        }
    }
}
