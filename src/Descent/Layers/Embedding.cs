using System.Globalization;

namespace Descent.Layers;

/// <summary>A learned vector for each of a number of things: words, characters, categories.</summary>
/// <remarks>
/// <b>Shape</b>: int64 or int32 (…) → (…, size); <c>weight</c> (count, size). <b>Gradient</b>: that of each row is the sum
/// over the places that read it, in order; rows that a step never reads cost plain <c>Sgd</c> nothing. <b>Start</b>: normal,
/// mean 0 and standard deviation 1, unless told otherwise; the padding row is zero, and stays so as it has no gradient.
/// <b>Source</b>: Bengio et al. 2003.
/// </remarks>
public sealed class Embedding : Layer
{
    private readonly int? paddingIndex;

    /// <summary>Makes the layer.</summary>
    /// <param name="count">The number of rows: things to tell apart, padding included.</param>
    /// <param name="size">E, the size of each vector.</param>
    /// <param name="paddingIndex">The row that stands for nothing: zero at first, never trained; none when null.</param>
    /// <param name="weightInitializer">How the rows start; normal when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is too small, or the padding names no row.</exception>
    public Embedding(int count, int size, int? paddingIndex = null, Initializer? weightInitializer = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (paddingIndex is { } row && (row < 0 || row >= count))
        {
            throw new ArgumentOutOfRangeException(
                nameof(paddingIndex),
                paddingIndex,
                $"Embedding: the padding is one of the {count} rows, 0 to {count - 1}."
            );
        }

        this.paddingIndex = paddingIndex;
        Weight = new Parameter([count, size], WithoutPadding(weightInitializer ?? Initializers.Normal()));
    }

    /// <summary>The vectors, of shape (count, size).</summary>
    public Parameter Weight { get; }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"Embedding({Weight.Shape[0]} → {Weight.Shape[1]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Weight.Embedding(input, paddingIndex ?? -1);

    private protected override Tensor ComputeFused(Tensor input, ReadOnlySpan<Layer> following, out int covered)
    {
        var output = (following[0] as Recurrent)?.TryForward(Weight, input, paddingIndex ?? -1);
        covered = output is null ? 0 : 1;
        return output ?? Compute(input);
    }

    private Initializer WithoutPadding(Initializer initializer) =>
        paddingIndex is not { } row
            ? initializer
            : (shape, source, dtype) =>
            {
                var weight = initializer(shape, source, dtype);
                var padding = Tensor.Arange(shape[0]).EqualTo(row).Reshape(-1, 1);
                return Tensor.Where(padding, Tensor.Zeros([1, 1], dtype), weight);
            };
}
