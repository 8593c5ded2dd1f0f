using Descent.Numerics;

namespace Descent;

public static partial class Initializers
{
    /// <summary>A random rotation: rows of length one and at right angles to each other, or columns where there are fewer of them.</summary>
    /// <remarks>
    /// <b>Shape</b>: (out, in, …), taken as a matrix (out, in · …). <b>Formula</b>: normal rows, made orthogonal one after
    /// the other, which makes every rotation equally likely (Mezzadri 2007); times gain.
    /// <b>Source</b>: Saxe, McClelland and Ganguli 2014.
    /// </remarks>
    /// <param name="gain">What makes up for the activation behind the layer; see <see cref="Gain"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not finite.</exception>
    public static Initializer Orthogonal(double gain = 1)
    {
        RequireGain(gain);
        return (shape, source, dtype) =>
        {
            var (rows, columns) = MatrixOf(shape, nameof(Orthogonal));
            var isWide = rows <= columns;
            Shape wide = isWide ? [rows, columns] : [columns, rows];
            var basis = Orthogonalized(Tensor.RandomNormal(wide, source, dtype: DType.Float64)) * gain;
            return (isWide ? basis : basis.Transpose()).Reshape(shape).To(dtype);
        };
    }

    /// <summary>What hands its input on: ones on a matrix's diagonal; for convolutions, a one in the middle of the filter from each channel to the same channel.</summary>
    /// <remarks>
    /// <b>Shape</b>: (out, in, …); channels beyond the smaller of both get zeros.
    /// <b>Source</b>: Le, Jaitly and Hinton 2015; for convolutions Zagoruyko and Komodakis 2017 (<c>dirac</c>).
    /// </remarks>
    /// <param name="gain">The number on the diagonal.</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not finite.</exception>
    public static Initializer Identity(double gain = 1)
    {
        RequireGain(gain);
        return (shape, _, dtype) =>
        {
            var (rows, columns) = MatrixOf(shape, nameof(Identity));
            var values = new double[shape.Count];
            var middle = 0;
            for (var axis = 2; axis < shape.Rank; axis++)
            {
                middle = middle * shape[axis] + shape[axis] / 2;
            }

            var taps = columns / Math.Max(1, shape[1]);
            for (var channel = 0; channel < Math.Min(rows, shape[1]); channel++)
            {
                values[channel * columns + channel * taps + middle] = gain;
            }

            return Tensor.From(values, shape).To(dtype);
        };
    }

    /// <summary>Normal numbers of which each input keeps the same number of outputs, and the others are zero.</summary>
    /// <remarks>
    /// <b>Shape</b>: (out, in); of each column ⌈zeros · out⌉ places are zero, drawn for each column apart.
    /// <b>Source</b>: Martens 2010.
    /// </remarks>
    /// <param name="zeros">The share of zeros, from 0 to 1.</param>
    /// <param name="standardDeviation">The width of the others, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share or the width is out of its range.</exception>
    public static Initializer Sparse(double zeros, double standardDeviation = 0.01)
    {
        Setting.Require(zeros is >= 0 and <= 1, zeros, nameof(zeros), "from 0 to 1");
        RequireWidth(standardDeviation);
        return (shape, source, dtype) =>
        {
            var (rows, columns) = MatrixOf(shape, nameof(Sparse));
            var values = Tensor.RandomNormal(shape, source, 0, standardDeviation, DType.Float64).ToArray<double>();
            var count = (int)Math.Ceiling(zeros * rows);
            for (var column = 0; column < columns; column++)
            {
                foreach (var row in source.Split("zeros").Split(column).Permutation(rows).AsSpan(0, count))
                {
                    values[row * columns + column] = 0;
                }
            }

            return Tensor.From(values, shape).To(dtype);
        };
    }

    /// <summary>Makes rows orthonormal, each from itself and those above: Gram and Schmidt's method by halves, so that products do the work.</summary>
    private static Tensor Orthogonalized(Tensor rows)
    {
        var count = rows.Shape[0];
        if (count <= 1)
        {
            return rows / rows.Norm();
        }

        var upper = Orthogonalized(rows[..(count / 2)]);
        var lower = rows[(count / 2)..];
        for (var round = 0; round < 2; round++)
        {
            // The second round takes away what rounding left of the first.
            lower -= lower.MatMul(upper.Transpose()).MatMul(upper);
        }

        return Tensor.Concat([upper, Orthogonalized(lower)]);
    }

    private static (int Rows, int Columns) MatrixOf(Shape shape, string initializer) =>
        shape.Rank >= 2
            ? (shape[0], checked((int)shape.Without(0).Count))
            : throw new ShapeException(
                $"{initializer}: needs weights of two axes or more, found {shape}. For biases take Zeros or Constant."
            );
}
