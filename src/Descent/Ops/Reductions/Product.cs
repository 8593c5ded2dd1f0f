using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The product of all elements.</summary>
    public Tensor Product() => Product([]);

    /// <summary>The product along the named axes; all of them when none is named.</summary>
    /// <remarks><b>Gradient</b>: dx = dy · y / x, which is NaN where x is 0.</remarks>
    /// <exception cref="DTypeException">The elements have no arithmetic.</exception>
    public Tensor Product(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        RequireArithmetic(nameof(Product));
        var y = Reduce<ProductKernel>(axes, DType.IsFloating() ? DType : DType.Int64);
        if (Tape.Tracks(this))
        {
            y.From(new ProductOp(this, y));
        }

        return y.DropReduced(axes, keepAxes);
    }
}

/// <summary>The node of a product whose result kept its axes.</summary>
internal sealed class ProductOp(Tensor x, Tensor y) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape) => tape.Add(x, gradient * y / x);
}

/// <summary>Multiplication from 1.</summary>
internal readonly struct ProductKernel : IReduceKernel
{
    public static double Identity => 1;

    public static T Combine<T>(T a, T b)
        where T : struct, ILanes<T> => a * b;
}
