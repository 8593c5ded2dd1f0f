using Descent.Cli.Display;
using Descent.Data;
using Descent.Formats;

namespace Descent.Cli;

/// <summary>Pictures to read, with or without labels.</summary>
internal sealed class PictureSource
{
    /// <summary>How many synthetic digits are at hand.</summary>
    public const int SyntheticCount = 2_000;

    private readonly ImageDataset pictures;

    /// <summary>Takes labelled pictures.</summary>
    /// <param name="title">What one of them is called.</param>
    /// <param name="pictures">The pictures.</param>
    public PictureSource(string title, ImageDataset pictures)
        : this(title, pictures, true) { }

    private PictureSource(string title, ImageDataset pictures, bool hasLabels)
    {
        Title = title;
        this.pictures = pictures;
        HasLabels = hasLabels;
    }

    /// <summary>What one of the pictures is called.</summary>
    public string Title { get; }

    /// <summary>Whether it is known what the pictures show.</summary>
    public bool HasLabels { get; }

    /// <summary>How many there are.</summary>
    public int Count => pictures.Count;

    /// <summary>Reads an IDX file of pictures.</summary>
    /// <exception cref="IOException">It is damaged, or holds something else.</exception>
    public static PictureSource FromFile(string path)
    {
        var found = Idx.Read(path);
        if (
            found.DType != DType.UInt8
            || found.Rank != 3
            || found.Shape[1] != Digits.Side
            || found.Shape[2] != Digits.Side
        )
        {
            throw new InvalidFileException(
                path,
                -1,
                $"pictures of {Digits.Side} × {Digits.Side} bytes, ({"N"}, {Digits.Side}, {Digits.Side}), are needed; the file holds {found.DType} of shape {found.Shape}."
            );
        }

        var labels = Tensor.Zeros([found.Shape[0]], DType.Int64);
        var pictures = new ImageDataset(
            found.Unsqueeze(1),
            labels,
            Enumerable.Range(0, 10).Select(digit => $"{digit}")
        );
        return new PictureSource(Path.GetFileName(path), pictures, hasLabels: false);
    }

    /// <summary>The digit that a picture shows.</summary>
    public int Label(int index) => (int)pictures.Labels[index].ToScalar<long>();

    /// <summary>Lets a model read a picture.</summary>
    public Prediction Predict(SavedModel model, int index)
    {
        var (images, _) = pictures.Batch([index]);
        var probabilities = model.Network.Forward(images).Softmax().ToArray<float>();
        return new Prediction(
            index,
            pictures.Images[index].ToArray<byte>(),
            Digits.Side,
            HasLabels ? Label(index) : null,
            probabilities
        );
    }
}
