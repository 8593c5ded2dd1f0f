using Descent.Numerics;

namespace Descent;

/// <summary>Random numbers that a parameter can have drawn in the place where they will stay.</summary>
/// <param name="isNormal">Whether they are normal, else uniform.</param>
/// <param name="limits">Mean and standard deviation, or the bounds, for a shape.</param>
internal sealed class Draw(bool isNormal, Func<Shape, (double First, double Second)> limits)
{
    /// <summary>Draws a tensor: an <see cref="Initializer"/>.</summary>
    public Tensor Make(Shape shape, RandomSource source, DType dtype)
    {
        var (first, second) = limits(shape);
        return isNormal
            ? Tensor.RandomNormal(shape, source, first, second, dtype)
            : Tensor.RandomUniform(shape, source, first, second, dtype);
    }

    /// <summary>Draws the same numbers into a tensor's own memory.</summary>
    public void Into(Tensor target, RandomSource source)
    {
        var (first, second) = limits(target.Shape);
        if (isNormal)
        {
            target.DrawNormal(source, first, second);
        }
        else
        {
            target.DrawUniform(source, first, second);
        }
    }
}
