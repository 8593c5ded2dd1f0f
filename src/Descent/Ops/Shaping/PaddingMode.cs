namespace Descent;

/// <summary>What the places hold that a padding adds around a, b, c, d.</summary>
public enum PaddingMode
{
    /// <summary>Zeros: 0 0 | a b c d | 0 0.</summary>
    Zeros,

    /// <summary>The elements mirrored at the edge, which is not repeated: c b | a b c d | c b.</summary>
    Reflect,

    /// <summary>The edge, repeated: a a | a b c d | d d.</summary>
    Replicate,

    /// <summary>The elements from the other end: c d | a b c d | a b.</summary>
    Circular,
}

public partial class Tensor
{
    /// <summary>With places added before and after the elements along the last axes, which repeat elements as the mode says.</summary>
    /// <remarks><b>Gradient</b>: dy added up at the elements that were repeated.</remarks>
    /// <param name="paddingMode">What the added places hold.</param>
    /// <param name="padding">(before, after) for each of the last axes, in their order.</param>
    /// <exception cref="ShapeException">More pairs than axes, a negative width, or one that the axis has too few elements for: reflecting needs more elements than places, a circle as many, an edge one.</exception>
    public Tensor Pad(PaddingMode paddingMode, params ReadOnlySpan<(int Before, int After)> padding)
    {
        if (paddingMode == PaddingMode.Zeros)
        {
            return Pad(padding);
        }

        RequireWidths(padding);
        var y = this;
        for (var index = 0; index < padding.Length; index++)
        {
            var (axis, (before, after)) = (Rank - padding.Length + index, padding[index]);
            if (before > 0 || after > 0)
            {
                y = y.Take(From(PaddedPlaces(paddingMode, axis, before, after)), axis);
            }
        }

        return y;
    }

    /// <summary>Where each element of a padded axis comes from.</summary>
    private long[] PaddedPlaces(PaddingMode paddingMode, int axis, int before, int after)
    {
        var size = Shape[axis];
        var most = paddingMode switch
        {
            PaddingMode.Reflect => size - 1,
            PaddingMode.Circular => size,
            _ => size > 0 ? int.MaxValue : 0,
        };
        if (Math.Max(before, after) > most)
        {
            throw new ShapeException(
                $"Pad: {paddingMode} cannot add ({before}, {after}) places to axis {axis} of a tensor of shape {Shape}{Tape.InLayer}: "
                    + $"its {size} element(s) give {Math.Max(0, most)} at each end. Pad less, or with another mode."
            );
        }

        var places = new long[checked(before + size + after)];
        for (var index = 0; index < places.Length; index++)
        {
            var place = index - before;
            places[index] = paddingMode switch
            {
                PaddingMode.Reflect => place < 0 ? -place
                : place < size ? place
                : 2 * (size - 1) - place,
                PaddingMode.Circular => (place + size) % size,
                _ => Math.Clamp(place, 0, size - 1),
            };
        }

        return places;
    }
}
