using Descent.Data;
using Descent.Layers;

namespace Descent.Training;

/// <summary>Computes what a frozen part of a network makes of each sample once, so that only the rest runs in every epoch.</summary>
/// <remarks>
/// A sample gives the same bits alone and in any batch, so the weights that come out are those of training the whole
/// network, to the bit. <b>Source</b>: the lessons (transfer learning, feature extraction).
/// <example><code>
/// net.Freeze();
/// net.Unfreeze("classifier.6");
/// Sequential trunk = [net.Features, new Flatten(), .. net.Classifier.Take(6)];
/// trainer.Fit(loader.Precompute(trunk));          // whose loss runs net.Classifier[6] alone
/// </code></example>
/// </remarks>
public static class FrozenFeatures
{
    // As many samples tell whether the batches change from epoch to epoch.
    private const int Probed = 8;

    /// <summary>A loader of the same batches behind a frozen layer; what it gives is kept, each sample's from the first time it comes.</summary>
    /// <param name="loader">Samples that are the same in every epoch, with their labels.</param>
    /// <param name="frozen">The part of the network that does not change.</param>
    /// <exception cref="ArgumentException">The layer has parameters that are not frozen, dropout or a normalisation that is not, the loader takes its batches from a sampler, or it makes other samples in another epoch (augmentation).</exception>
    public static DataLoader<(Tensor Features, Tensor Labels)> Precompute(
        this DataLoader<(Tensor Images, Tensor Labels)> loader,
        Layer frozen
    )
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(frozen);
        if (frozen.Parameters.FirstOrDefault(parameter => !parameter.IsFrozen) is { } free)
        {
            throw new ArgumentException(
                $"Precompute: parameter {free.Name} is not frozen, so what the layer gives will change. Call Freeze() first, or leave the part that learns out.",
                nameof(frozen)
            );
        }

        if (frozen.Modules.FirstOrDefault(part => !part.IsFrozen && DiffersInTraining(part)) is { } changing)
        {
            throw new ArgumentException(
                $"Precompute: {changing.Path} ({changing}) is not frozen, and training would have it compute otherwise than inference. Call Freeze() on it first.",
                nameof(frozen)
            );
        }

        if (loader.HasGivenBatches)
        {
            throw new ArgumentException(
                "Precompute: this loader's batches are chosen by a LengthSampler, and a sample alone cannot be asked for. Use a loader over numbered samples.",
                nameof(loader)
            );
        }

        RequireConstant(loader);
        var known = new Known(loader, frozen);
        return loader.With((samples, _) => known.Batch(samples));
    }

    private static bool DiffersInTraining(Module part) => part is DropoutLayer or BatchNorm or InstanceNorm;

    private static void RequireConstant(DataLoader<(Tensor Images, Tensor Labels)> loader)
    {
        var samples = Enumerable.Range(0, Math.Min(Probed, loader.SampleCount)).ToArray();
        var (first, second) = (loader.Make(samples, epoch: 0).Images, loader.Make(samples, epoch: 1).Images);
        if (first.Shape != second.Shape || first.NotEqualTo(second).To(DType.Int64).Sum().ToScalar() != 0)
        {
            throw new ArgumentException(
                "Precompute: the loader makes other samples in the second epoch than in the first, by augmentation say. Take it away, or train the whole network.",
                nameof(loader)
            );
        }
    }

    /// <summary>The features that are known so far.</summary>
    private sealed class Known(DataLoader<(Tensor Images, Tensor Labels)> loader, Layer frozen)
    {
        private readonly Lock change = new();
        private readonly (Tensor Features, Tensor Label)?[] bySample = new (Tensor, Tensor)?[loader.SampleCount];

        public (Tensor Features, Tensor Labels) Batch(ReadOnlySpan<int> samples)
        {
            lock (change)
            {
                Compute(samples);
                var rows = new (Tensor Features, Tensor Label)[samples.Length];
                for (var row = 0; row < rows.Length; row++)
                {
                    rows[row] = bySample[samples[row]]!.Value;
                }

                return (
                    Tensor.Concat([.. rows.Select(r => r.Features)]),
                    Tensor.Concat([.. rows.Select(r => r.Label)])
                );
            }
        }

        private void Compute(ReadOnlySpan<int> samples)
        {
            var missing = samples.ToArray().Where(sample => bySample[sample] is null).Distinct().ToArray();
            if (missing.Length == 0)
            {
                return;
            }

            var (images, labels) = loader.Make(missing, epoch: 0);
            var features = frozen.Forward(images);
            for (var row = 0; row < missing.Length; row++)
            {
                var place = row..(row + 1);
                bySample[missing[row]] = (features[place].Clone(), labels[place].Clone());
            }
        }
    }
}
