using System.Net;
using Descent.Data;

namespace Descent.Tests.Data;

public sealed class MnistTests : IDisposable
{
    private static readonly Uri[] Mirrors = [new("https://first.invalid/mnist/"), new("https://second.invalid/m/")];
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void LoadsFromAFolderInTheUsualSplit()
    {
        var splits = Mnist.Load(SharedData.Require("mnist"), null, TestContext.Current.CancellationToken);

        Assert.Equal(new Shape(50_000, 1, 28, 28), splits.Training.Images.Shape);
        Assert.Equal(new Shape(10_000, 1, 28, 28), splits.Validation.Images.Shape);
        Assert.Equal(new Shape(10_000, 1, 28, 28), splits.Test.Images.Shape);
        Assert.Equal([5, 0, 4, 1, 9], splits.Training[..5].Labels.ToArray<long>());
        Assert.Equal([3, 8, 6, 9, 6], splits.Validation[..5].Labels.ToArray<long>());
        Assert.Equal([7, 2, 1, 0, 4], splits.Test[..5].Labels.ToArray<long>());
        Assert.Equal(10, splits.Test.ClassNames.Count);
    }

    [Fact]
    public void FetchesFromTheFirstMirrorThatHasTheRightBytesAndKeepsThem()
    {
        var data = SharedData.Require("mnist");
        var seen = new List<string>();
        using var handler = new Handler(address =>
        {
            seen.Add(address.ToString());
            var packed = File.ReadAllBytes(Path.Combine(data, address.Segments[^1]));
            return address.Host.StartsWith("first", StringComparison.Ordinal) ? packed[..^100] : packed;
        });
        var progress = new List<DownloadProgress>();
        using (var store = new MnistStore(folder.Path, Mirrors, handler))
        {
            var splits = Mnist.FromStore(store, new Collector(progress), TestContext.Current.CancellationToken);
            Assert.Equal(10_000, splits.Test.Count);
        }

        Assert.Equal(8, seen.Count);
        Assert.Equal("https://first.invalid/mnist/train-images-idx3-ubyte.gz", seen[0]);
        Assert.Equal("https://second.invalid/m/train-images-idx3-ubyte.gz", seen[1]);
        Assert.Contains(progress, p => p.File == "train-images-idx3-ubyte" && p.Received == p.Total);
        Assert.Equal(4, Directory.GetFiles(folder.Path).Length);

        using var offline = new Handler(_ => throw new HttpRequestException("no network"));
        using var cached = new MnistStore(folder.Path, Mirrors, offline);
        Assert.Equal(10_008, cached.Fetch(Mnist.Files[3], null, TestContext.Current.CancellationToken).Length);
    }

    [Fact]
    public void OfflineSaysWhatToDo()
    {
        using var handler = new Handler(_ => throw new HttpRequestException("no network"));
        using var store = new MnistStore(folder.File("cache"), Mirrors, handler);

        var error = Assert.Throws<DatasetUnavailableException>(() =>
            store.Fetch(Mnist.Files[0], null, TestContext.Current.CancellationToken)
        );

        Assert.All(Mnist.Files, file => Assert.Contains(file.Name + ".gz", error.Message, StringComparison.Ordinal));
        Assert.Contains(folder.File("cache"), error.Message, StringComparison.Ordinal);
        Assert.Contains("first.invalid: no network", error.Message, StringComparison.Ordinal);
        Assert.Contains("'digits'", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("cache")));
    }

    [Fact]
    public void RefusesOtherBytesWhateverTheirLength()
    {
        byte[][] answers =
        [
            [],
            [1, 2, 3],
            Formats.IdxTests.Zip(new byte[10_008]),
            Formats.IdxTests.Zip(new byte[50_000_000]),
            new byte[17_000_000],
        ];
        foreach (var answer in answers)
        {
            using var handler = new Handler(_ => answer);
            using var store = new MnistStore(folder.Path, Mirrors, handler);

            Assert.Throws<DatasetUnavailableException>(() =>
                store.Fetch(Mnist.Files[3], null, TestContext.Current.CancellationToken)
            );
            Assert.Empty(Directory.GetFiles(folder.Path));
        }
    }

    [Fact]
    public void ADamagedCacheIsFetchedAgain()
    {
        var labels = File.ReadAllBytes(SharedData.Require("mnist/t10k-labels-idx1-ubyte.gz"));
        File.WriteAllBytes(folder.File("t10k-labels-idx1-ubyte.gz"), labels[..2000]);
        using var handler = new Handler(_ => labels);
        using var store = new MnistStore(folder.Path, Mirrors, handler);

        Assert.Equal(10_008, store.Fetch(Mnist.Files[3], null, TestContext.Current.CancellationToken).Length);
        Assert.Equal(labels, File.ReadAllBytes(folder.File("t10k-labels-idx1-ubyte.gz")));
    }

    [Fact]
    public void CancellingEndsTheDownload()
    {
        using var source = new CancellationTokenSource();
        using var handler = new Handler(_ =>
        {
            source.Cancel();
            return new byte[100];
        });
        using var store = new MnistStore(folder.Path, Mirrors, handler);

        Assert.ThrowsAny<OperationCanceledException>(() => store.Fetch(Mnist.Files[3], null, source.Token));
    }

    [Fact]
    public void AFolderWithoutTheFilesIsNamed()
    {
        File.WriteAllBytes(folder.File("t10k-labels-idx1-ubyte"), []);

        var error = Assert.Throws<DatasetUnavailableException>(() =>
            Mnist.Load(folder.Path, null, TestContext.Current.CancellationToken)
        );

        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("train-images-idx3-ubyte", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t10k-labels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderWithOtherIdxFilesIsRefused()
    {
        foreach (var file in Mnist.Files)
        {
            File.WriteAllBytes(folder.File(file.Name), Formats.IdxTests.Build(0x08, [3], [1, 2, 3]));
        }

        var error = Assert.Throws<InvalidFileException>(() =>
            Mnist.Load(folder.Path, null, TestContext.Current.CancellationToken)
        );

        Assert.Contains("(60000, 28, 28)", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private sealed class Handler(Func<Uri, byte[]> answer) : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellation)
        {
            var content = new ByteArrayContent(answer(request.RequestUri!));
            cancellation.ThrowIfCancellationRequested();
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
        }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellation
        ) => Task.FromResult(Send(request, cancellation));
    }

    private sealed class Collector(List<DownloadProgress> reports) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => reports.Add(value);
    }
}
