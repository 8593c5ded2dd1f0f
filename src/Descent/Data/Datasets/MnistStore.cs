using System.IO.Compression;
using System.Security.Cryptography;
using Descent.Formats;

namespace Descent.Data;

/// <summary>The files of MNIST in a folder of the user, filled from mirrors and trusted by their sums alone.</summary>
/// <param name="folder">Where the files are kept, packed as they came.</param>
/// <param name="mirrors">Addresses that end in a slash, tried in order.</param>
/// <param name="handler">What talks to the network.</param>
internal sealed class MnistStore(string folder, IReadOnlyList<Uri> mirrors, HttpMessageHandler handler) : IDisposable
{
    /// <summary>The longest download that is read: half as much again as the largest file.</summary>
    private const int MaxDownload = 16_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Public mirrors of the set.</summary>
    public static IReadOnlyList<Uri> Mirrors { get; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        new("https://systemds.apache.org/assets/datasets/mnist/"),
    ];

    /// <summary>The unpacked bytes of a file, from the folder or from the first mirror that has the right ones.</summary>
    /// <exception cref="DatasetUnavailableException">The folder has no good copy, and no mirror gave one.</exception>
    public byte[] Fetch(MnistFile file, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, file.Name + ".gz");
        if (File.Exists(path) && Unpack(File.ReadAllBytes(path), file) is { } kept)
        {
            return kept;
        }

        var failures = new List<string>();
        foreach (var mirror in mirrors)
        {
            try
            {
                var packed = Download(new Uri(mirror, file.Name + ".gz"), file, progress, cancellation);
                if (Unpack(packed, file) is { } content)
                {
                    Keep(path, packed);
                    return content;
                }

                failures.Add($"{mirror.Host}: other bytes than MNIST's (wrong SHA-256)");
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException)
            {
                failures.Add($"{mirror.Host}: {error.Message}");
            }
        }

        throw new DatasetUnavailableException(
            $"MNIST is not on this machine and could not be fetched ({string.Join("; ", failures)}). "
                + $"Put {string.Join(", ", Mnist.Files.Select(wanted => wanted.Name + ".gz"))} into {folder}, or name the "
                + "folder that holds them, or train on the synthetic set 'digits', which needs no files."
        );
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>The unpacked bytes if they are the file's; null if they are not. Unpacks no further than its length.</summary>
    private static byte[]? Unpack(byte[] packed, MnistFile file)
    {
        try
        {
            using var unzipped = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            var content = new byte[file.Length];
            unzipped.ReadExactly(content);
            return unzipped.ReadByte() < 0 && Convert.ToHexStringLower(SHA256.HashData(content)) == file.Sha256
                ? content
                : null;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            return null;
        }
    }

    private byte[] Download(
        Uri address,
        MnistFile file,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellation
    )
    {
        // One clock that is wound up at every piece: a slow line may take long, a silent one may not.
        using var clock = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        clock.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, clock.Token);
            response.EnsureSuccessStatusCode();
            using var body = response.Content.ReadAsStream(clock.Token);
            return Read(body, response.Content.Headers.ContentLength, file, progress, clock);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer for {Patience.TotalSeconds:0} seconds");
        }
    }

    private static byte[] Read(
        Stream body,
        long? total,
        MnistFile file,
        IProgress<DownloadProgress>? progress,
        CancellationTokenSource clock
    )
    {
        using var received = new MemoryStream();
        var piece = new byte[1 << 16];
        while (true)
        {
            // The clock must be able to break a read that waits, which only the asynchronous read allows.
            var count = body.ReadAsync(piece, clock.Token).AsTask().GetAwaiter().GetResult();
            if (count == 0)
            {
                return received.ToArray();
            }

            clock.CancelAfter(Patience);
            received.Write(piece, 0, count);
            if (received.Length > MaxDownload)
            {
                throw new IOException($"more than {MaxDownload} bytes came, too many for {file.Name}.gz");
            }

            progress?.Report(new DownloadProgress(file.Name, received.Length, total));
        }
    }

    private static void Keep(string path, byte[] packed)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, stream => stream.Write(packed));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without a cache the next run downloads again; this one has what it needs.
        }
    }
}
