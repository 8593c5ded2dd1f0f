using System.Globalization;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>Adds rows and columns around pictures.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, H, W) → (N, C, H + top + bottom, W + left + right). <b>Formula</b>: what the added places hold, see
/// <see cref="PaddingMode"/>. <b>Source</b>: the lessons (convolutional networks) for zeros.
/// </remarks>
public sealed class Pad2d : Layer
{
    private readonly Padding2d padding;
    private readonly PaddingMode paddingMode;
    private readonly double value;

    /// <summary>Makes the layer.</summary>
    /// <param name="padding">A number for every side, two for rows and columns, or four: top, bottom, left, right.</param>
    /// <param name="paddingMode">What the added places hold.</param>
    /// <param name="value">What they hold instead of zeros, in the mode of zeros.</param>
    /// <exception cref="ArgumentException">A number is negative, the padding is to be <see cref="Padding2d.Same"/>, or a value is given in another mode.</exception>
    public Pad2d(Padding2d padding, PaddingMode paddingMode = PaddingMode.Zeros, double value = 0)
    {
        Require(nameof(Pad2d), padding, paddingMode, value);
        (this.padding, this.paddingMode, this.value) = (padding, paddingMode, value);
    }

    /// <inheritdoc/>
    public override string ToString() => $"Pad2d({padding}, {Describe(paddingMode, value)})";

    /// <summary>Refuses options that make no sense, those of sequences as well.</summary>
    internal static void Require(string layer, Padding2d padding, PaddingMode paddingMode, double value)
    {
        padding.RequireAtLeastZero(layer, nameof(padding));
        if (padding.IsSame)
        {
            throw new ArgumentException(
                $"{layer}: how much 'same' is depends on the convolution behind; give it as that layer's padding.",
                nameof(padding)
            );
        }

        if (!Enum.IsDefined(paddingMode))
        {
            throw new ArgumentOutOfRangeException(
                nameof(paddingMode),
                $"{layer}: there is no padding mode {paddingMode}."
            );
        }

        Setting.Require(!double.IsNaN(value), value, nameof(value), "a number");
        if (value != 0 && paddingMode != PaddingMode.Zeros)
        {
            throw new ArgumentException(
                $"{layer}: {paddingMode} repeats elements; a value fits the mode of zeros only."
            );
        }
    }

    internal static string Describe(PaddingMode paddingMode, double value) =>
        value == 0 ? $"{paddingMode}" : value.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        input.RequirePictures(nameof(Pad2d));
        (int, int) rows = (padding.Top, padding.Bottom);
        (int, int) columns = (padding.Left, padding.Right);
        return paddingMode == PaddingMode.Zeros
            ? input.Pad([rows, columns], value)
            : input.Pad(paddingMode, rows, columns);
    }
}
