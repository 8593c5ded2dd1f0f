using System.Globalization;

namespace Descent.Data;

/// <summary>Pictures with a class each, kept as bytes.</summary>
public sealed class ImageDataset
{
    private readonly string[] classNames;

    /// <summary>Puts pictures and their labels together.</summary>
    /// <param name="images">uint8, (N, C, H, W).</param>
    /// <param name="labels">int64, (N), numbers of classes.</param>
    /// <param name="classNames">The name of each class, in the order of the numbers.</param>
    /// <exception cref="DTypeException">Images are not uint8, or labels not int64.</exception>
    /// <exception cref="ShapeException">The shapes are not as above, or the counts differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is none of the classes.</exception>
    public ImageDataset(Tensor images, Tensor labels, IEnumerable<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        if (images.DType != DType.UInt8 || labels.DType != DType.Int64)
        {
            throw new DTypeException(
                $"ImageDataset: images are uint8 and labels int64, not {images.DType.Name()} and {labels.DType.Name()}."
            );
        }

        if (images.Rank != 4 || labels.Rank != 1 || images.Shape[0] != labels.Shape[0])
        {
            throw new ShapeException(
                $"ImageDataset: images (N, C, H, W) and labels (N) were expected, not {images.Shape} and {labels.Shape}."
            );
        }

        this.classNames = [.. classNames];
        Images = images.IsContiguous ? images : images.LastingCopy();
        Labels = labels.IsContiguous ? labels : labels.LastingCopy();
        CheckLabels();
    }

    /// <summary>The pictures: uint8, (N, C, H, W).</summary>
    public Tensor Images { get; }

    /// <summary>The number of each picture's class: int64, (N).</summary>
    public Tensor Labels { get; }

    /// <summary>The name of each class, in the order of the numbers.</summary>
    public IReadOnlyList<string> ClassNames => classNames;

    /// <summary>The number of pictures.</summary>
    public int Count => Images.Shape[0];

    /// <summary>A part of the set, without copying.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches beyond the set.</exception>
    public ImageDataset this[Range part]
    {
        get
        {
            _ = part.GetOffsetAndLength(Count);
            return new ImageDataset(Images[part], Labels[part], classNames);
        }
    }

    /// <summary>A set of the pictures of the given numbers, copied; numbers may repeat, as those of <see cref="Resampling"/> do.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such picture.</exception>
    public ImageDataset Take(ReadOnlySpan<int> samples)
    {
        var places = Tensor.From(samples, [samples.Length]);
        return new ImageDataset(Images.Take(places), Labels.Take(places), classNames);
    }

    /// <summary>Copies the pictures of the given numbers into a batch: images as float32 in 0 to 1 (a byte over 255), (N, C, H, W), and labels as int64, (N).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such picture.</exception>
    public (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<int> samples) => ImageGather.Batch(this, samples, []);

    /// <summary>A loader of batches (images as float32 in 0 to 1, labels as int64).</summary>
    /// <inheritdoc cref="DataLoader{TBatch}(int, int, BatchMaker{TBatch}, bool, long, bool, int)" path="/param"/>
    public DataLoader<(Tensor Images, Tensor Labels)> Loader(
        int batchSize,
        bool shuffle = false,
        long seed = 0,
        bool dropLast = false,
        int prefetch = 2
    ) => new(Count, batchSize, (samples, _) => Batch(samples), shuffle, seed, dropLast, prefetch);

    private void CheckLabels()
    {
        var labels = Labels.Read<long>();
        for (var i = 0; i < labels.Length; i++)
        {
            if ((ulong)labels[i] >= (ulong)classNames.Length)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Label {labels[i]} of picture {i} is none of the {classNames.Length} classes, which count from 0."
                    )
                );
            }
        }

        GC.KeepAlive(Labels);
    }
}

/// <summary>A data set in its three parts.</summary>
/// <param name="Training">What the network learns from.</param>
/// <param name="Validation">What choices are made by: when to stop, which weights to keep.</param>
/// <param name="Test">What the result is measured on, once.</param>
public sealed record ImageSplits(ImageDataset Training, ImageDataset Validation, ImageDataset Test);
