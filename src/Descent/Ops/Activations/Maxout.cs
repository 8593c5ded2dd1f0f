namespace Descent;

public partial class Tensor
{
    /// <summary>The largest of every so many neighbours along an axis.</summary>
    /// <remarks><b>Shape</b>: the axis becomes 1/pieces as long. <b>Formula</b>: yᵢ = max over j of x at i · pieces + j. <b>Gradient</b>: dy to the largest, shared where several are.</remarks>
    /// <param name="pieces">How many neighbours compete for one place.</param>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <exception cref="ShapeException">The axis is no multiple of the pieces.</exception>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Maxout(int pieces, int axis = -1)
    {
        RequireFloating(nameof(Maxout));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pieces);
        axis = Axis(axis);
        if (Shape[axis] % pieces != 0)
        {
            throw new ShapeException(
                $"Maxout: axis {axis} of {Shape} is no multiple of {pieces} pieces{Tape.InLayer}. Let the layer before give {pieces} numbers for each result."
            );
        }

        int[] sizes = [.. Shape];
        return Reshape([.. sizes[..axis], sizes[axis] / pieces, pieces, .. sizes[(axis + 1)..]]).Max(axis + 1);
    }
}
