using Descent.Formats;

namespace Descent.Data;

/// <summary>How far a download is.</summary>
/// <param name="File">The file that is being fetched.</param>
/// <param name="Received">The bytes that have come so far.</param>
/// <param name="Total">The bytes that will come; null when the server does not say.</param>
public readonly record struct DownloadProgress(string File, long Received, long? Total);

/// <summary>The MNIST handwritten digits: 70,000 pictures of 28 × 28 pixels, white on black.</summary>
/// <remarks>Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits". Of its 60,000 training
/// pictures the first 50,000 are the training set and the last 10,000 the validation set.</remarks>
public static class Mnist
{
    private const int Side = 28;
    private const int TrainingCount = 50_000;

    private static readonly MnistFile TrainingImages = new(
        "train-images-idx3-ubyte",
        47_040_016,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    );

    private static readonly MnistFile TrainingLabels = new(
        "train-labels-idx1-ubyte",
        60_008,
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    );

    private static readonly MnistFile TestImages = new(
        "t10k-images-idx3-ubyte",
        7_840_016,
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    );

    private static readonly MnistFile TestLabels = new(
        "t10k-labels-idx1-ubyte",
        10_008,
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    );

    /// <summary>The files of the set, without their <c>.gz</c>.</summary>
    internal static IReadOnlyList<MnistFile> Files { get; } = [TrainingImages, TrainingLabels, TestImages, TestLabels];

    /// <summary>The folder in which downloaded files are kept: <c>descent/mnist</c> under the user's local application data.</summary>
    public static string CacheFolder { get; } =
        Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify
            ),
            "descent",
            "mnist"
        );

    /// <summary>Loads the set: from a folder if one is named, else from <see cref="CacheFolder"/>, else from the network.</summary>
    /// <param name="folder">A folder with the four IDX files, plain or as <c>.gz</c>; null for the cache or a download.</param>
    /// <param name="progress">Told about downloads.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <returns>50,000 training, 10,000 validation and 10,000 test pictures: images uint8 (N, 1, 28, 28), labels int64 (N).</returns>
    /// <exception cref="DatasetUnavailableException">Files are missing and could not be fetched.</exception>
    /// <exception cref="InvalidFileException">A file in the folder is damaged or is no MNIST file.</exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    public static ImageSplits Load(
        string? folder = null,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (folder is not null)
        {
            return FromFolder(folder);
        }

        using var store = new MnistStore(
            CacheFolder,
            MnistStore.Mirrors,
            new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }
        );
        return FromStore(store, progress, cancellation);
    }

    /// <summary>Loads the set from a cache and its mirrors.</summary>
    internal static ImageSplits FromStore(
        MnistStore store,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellation
    ) =>
        Split(file =>
        {
            using var content = new MemoryStream(store.Fetch(file, progress, cancellation));
            return Idx.ReadRaw(content, file.Name);
        });

    private static ImageSplits FromFolder(string folder)
    {
        var missing = Files.Where(file => Find(folder, file) is null).Select(file => file.Name).ToArray();
        return missing.Length == 0
            ? Split(file => Idx.ReadRaw(Find(folder, file)!))
            : throw new DatasetUnavailableException(
                $"The folder {Path.GetFullPath(folder)} lacks {string.Join(", ", missing)} (each plain or as .gz). "
                    + "Put the files there, or train on the synthetic set 'digits', which needs none."
            );
    }

    private static string? Find(string folder, MnistFile file)
    {
        foreach (var name in (ReadOnlySpan<string>)[file.Name, file.Name + ".gz"])
        {
            if (Path.Combine(folder, name) is var path && File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static ImageSplits Split(Func<MnistFile, RawArray> read)
    {
        var training = Join(TrainingImages, TrainingLabels, read);
        var test = Join(TestImages, TestLabels, read);
        return new ImageSplits(training[..TrainingCount], training[TrainingCount..], test);
    }

    private static ImageDataset Join(MnistFile imageFile, MnistFile labelFile, Func<MnistFile, RawArray> read)
    {
        var images = Expect(imageFile, read(imageFile), [imageFile.PictureCount, Side, Side]);
        var labels = Expect(labelFile, read(labelFile), [imageFile.PictureCount]);
        if (labels.Bytes.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)9) is var wrong and >= 0)
        {
            throw new InvalidFileException(labelFile.Name, 8 + wrong, $"{labels.Bytes[wrong]} is no label of a digit.");
        }

        return new ImageDataset(
            (images with { Shape = [imageFile.PictureCount, 1, Side, Side] }).ToTensor(),
            labels.ToTensor().To(DType.Int64),
            Digits.ClassNames
        );
    }

    private static RawArray Expect(MnistFile file, RawArray array, Shape shape) =>
        array.DType == DType.UInt8 && array.Shape == shape
            ? array
            : throw new InvalidFileException(
                file.Name,
                2,
                $"MNIST has bytes of shape {shape} here; this file holds {array.DType.Name()} of shape {array.Shape}."
            );
}

/// <summary>One of the four files of MNIST.</summary>
/// <param name="Name">Its name without <c>.gz</c>.</param>
/// <param name="Length">Its length in bytes, unpacked.</param>
/// <param name="Sha256">The SHA-256 of its unpacked bytes, as mirrors pack it differently.</param>
internal sealed record MnistFile(string Name, int Length, string Sha256)
{
    /// <summary>The number of pictures that the file is about.</summary>
    public int PictureCount => Name.StartsWith("train", StringComparison.Ordinal) ? 60_000 : 10_000;
}
