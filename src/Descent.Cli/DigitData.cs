using System.Globalization;
using Descent.Data;

namespace Descent.Cli;

/// <summary>The two sets of digits that the tool knows.</summary>
internal static class DigitData
{
    public const string Synthetic = "digits";
    public const string Mnist = "mnist";

    private const int TrainingCount = 30_000;
    private const int ValidationCount = 5_000;
    private const int TestCount = 10_000;

    /// <summary>Makes or reads a set in its three parts.</summary>
    /// <param name="name">One of the two names.</param>
    /// <param name="folder">Where MNIST's files are; null for the cache or a download.</param>
    /// <param name="seed">The seed of synthetic digits.</param>
    /// <param name="samples">How many pictures to learn from; all when null.</param>
    public static ImageSplits Load(string name, string? folder, long seed, int? samples)
    {
        if (name == Synthetic)
        {
            return Digits.GenerateSplits(samples ?? TrainingCount, ValidationCount, TestCount, seed);
        }

        var splits = Descent.Data.Mnist.Load(folder, new Downloads());
        return samples is not { } count ? splits
            : count <= splits.Training.Count ? splits with { Training = splits.Training[..count] }
            : throw new UsageException(
                $"--samples is {count}, but MNIST has {splits.Training.Count} pictures to learn from."
            );
    }

    /// <summary>Only the part that no training sees.</summary>
    public static ImageDataset LoadTest(string name, string? folder, long seed) =>
        name == Synthetic
            ? Digits.Generate(TestCount, seed, Digits.Test)
            : Descent.Data.Mnist.Load(folder, new Downloads()).Test;

    /// <summary>Says once a file that it is being fetched.</summary>
    private sealed class Downloads : IProgress<DownloadProgress>
    {
        private string? last;

        public void Report(DownloadProgress value)
        {
            if (value.File != last)
            {
                last = value.File;
                var size = value.Total is { } total
                    ? string.Create(CultureInfo.InvariantCulture, $", {total / 1e6:0.0} MB")
                    : "";
                Screen.Line($"[grey]downloading {value.File}{size}[/]");
            }
        }
    }
}
