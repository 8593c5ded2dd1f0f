using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The product of all elements.</summary>
    public Tensor Product() => Product([]);

    /// <summary>The product along one axis.</summary>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <param name="keepAxes">Whether the axis stays, with size 1.</param>
    public Tensor Product(int axis, bool keepAxes = false) => Product([axis], keepAxes);

    /// <summary>The product along the named axes; all of them when none is named.</summary>
    /// <remarks><b>Gradient</b>: dx = dy · the product of all others, zeros or not.</remarks>
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
    internal override void Backward(Tensor gradient, Tape tape)
    {
        // With one zero among the factors only it has a gradient, with two nobody has.
        var isZero = x.EqualTo(0);
        var zeros = isZero.To(x.DType).ReduceTo<SumKernel>(y.Shape, x.DType);
        var (none, one) = (x.Constant(0), x.Constant(1));
        var product = Tensor.Where(isZero, one, x).ReduceTo<ProductKernel>(y.Shape, x.DType);
        var atZeros = Tensor.Where(zeros.EqualTo(1), product, none);
        var elsewhere = Tensor.Where(zeros.EqualTo(0), product / x, none);
        tape.Add(x, gradient * Tensor.Where(isZero, atZeros, elsewhere));
    }
}

/// <summary>Multiplication from 1.</summary>
internal readonly struct ProductKernel : IReduceKernel
{
    public static double Identity => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T a, T b)
        where T : struct, ILanes<T> => a * b;
}
