namespace Descent.Backends.Cpu;

/// <summary>Contiguous memory seen as (outer, axis, inner): the sizes before an axis, the axis, and the sizes behind it.</summary>
/// <param name="Outer">The product of the sizes before the axis.</param>
/// <param name="Length">The size along the axis.</param>
/// <param name="Inner">The product of the sizes behind the axis: the distance of neighbours along it.</param>
internal readonly record struct AxisSlices(long Outer, long Length, long Inner)
{
    /// <summary>The number of slices: vectors along the axis.</summary>
    public long Count => Outer * Inner;

    public static AxisSlices Of(Shape shape, int axis)
    {
        long outer = 1,
            inner = 1;
        for (var other = 0; other < shape.Rank; other++)
        {
            if (other < axis)
            {
                outer *= shape[other];
            }
            else if (other > axis)
            {
                inner *= shape[other];
            }
        }

        return new AxisSlices(outer, shape[axis], inner);
    }

    /// <summary>The place of the first element of a slice.</summary>
    public long Start(long slice)
    {
        var (outer, inner) = Inner == 1 ? (slice, 0) : Math.DivRem(slice, Inner);
        return outer * Length * Inner + inner;
    }
}
