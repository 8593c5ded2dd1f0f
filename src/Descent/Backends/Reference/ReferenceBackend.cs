using Descent.Numerics;

namespace Descent.Backends.Reference;

/// <summary>The referee: every primitive in the plainest loops, in double precision, without fused forms.</summary>
/// <remarks>Slow on purpose. Each element is found by its coordinates, so that strides need no case of their own, and
/// float32 operands are converted element by element. Other backends are tested against it.</remarks>
public sealed partial class ReferenceBackend : Backend
{
    /// <inheritdoc/>
    public override string Name => "reference";

    /// <inheritdoc/>
    protected internal override nint Acquire(long byteLength, bool comesBack) => BufferPool.Rent(byteLength, comesBack);

    /// <inheritdoc/>
    protected internal override void Release(nint address, long byteLength) => BufferPool.Return(address, byteLength);

    /// <inheritdoc/>
    protected override void FillCore(in Operand destination, double value)
    {
        for (long i = 0; i < destination.Count; i++)
        {
            RealElements.WriteValue(destination, destination.PlaceOf(i), value);
        }
    }

    /// <inheritdoc/>
    protected override void CopyCore(in Operand source, in Operand destination)
    {
        for (long i = 0; i < source.Count; i++)
        {
            var (from, to) = (source.PlaceOf(i), destination.PlaceOf(i));
            if (source.DType.IsFloating())
            {
                RealElements.WriteValue(destination, to, RealElements.ReadValue(source, from));
            }
            else
            {
                IntegerElements.WriteValue(destination, to, IntegerElements.ReadValue(source, from));
            }
        }
    }

    /// <inheritdoc/>
    protected override void UnaryCore<TKernel>(in Operand x, in Operand y)
    {
        if (x.DType.IsFloating())
        {
            Unary<TKernel, Lane<double>, RealElements>(x, y);
        }
        else
        {
            Unary<TKernel, IntegerLane<long>, IntegerElements>(x, y);
        }
    }

    private static void Unary<TKernel, T, TElements>(in Operand x, in Operand y)
        where TKernel : struct, IUnaryKernel
        where T : struct, ILanes<T>
        where TElements : struct, IElements<T>
    {
        for (long i = 0; i < y.Count; i++)
        {
            TElements.Write(y, y.PlaceOf(i), TKernel.Forward(TElements.Read(x, x.PlaceOf(i))));
        }
    }

    /// <inheritdoc/>
    protected override void UnaryGradientCore<TKernel>(in Operand x, in Operand y, in Operand dy, in Operand dx)
    {
        for (long i = 0; i < dx.Count; i++)
        {
            var slope = TKernel.Slope(RealElements.Read(x, x.PlaceOf(i)), RealElements.Read(y, y.PlaceOf(i)));
            RealElements.Write(dx, dx.PlaceOf(i), RealElements.Read(dy, dy.PlaceOf(i)) * slope);
        }
    }

    /// <inheritdoc/>
    protected override void BinaryCore<TKernel>(in Operand a, in Operand b, in Operand y)
    {
        if (a.DType.IsFloating())
        {
            Binary<TKernel, Lane<double>, RealElements>(a, b, y);
        }
        else
        {
            Binary<TKernel, IntegerLane<long>, IntegerElements>(a, b, y);
        }
    }

    private static void Binary<TKernel, T, TElements>(in Operand a, in Operand b, in Operand y)
        where TKernel : struct, IBinaryKernel
        where T : struct, ILanes<T>
        where TElements : struct, IElements<T>
    {
        for (long i = 0; i < y.Count; i++)
        {
            var result = TKernel.Forward(TElements.Read(a, a.PlaceOf(i)), TElements.Read(b, b.PlaceOf(i)));
            TElements.Write(y, y.PlaceOf(i), result);
        }
    }

    /// <inheritdoc/>
    protected override void BinaryGradientCore<TKernel>(
        in Operand a,
        in Operand b,
        in Operand y,
        in Operand dy,
        bool left,
        in Operand d
    )
    {
        for (long i = 0; i < d.Count; i++)
        {
            var first = RealElements.Read(a, a.PlaceOf(i));
            var second = RealElements.Read(b, b.PlaceOf(i));
            var value = RealElements.Read(y, y.PlaceOf(i));
            var slope = left ? TKernel.SlopeLeft(first, second, value) : TKernel.SlopeRight(first, second, value);
            RealElements.Write(d, d.PlaceOf(i), RealElements.Read(dy, dy.PlaceOf(i)) * slope);
        }
    }

    /// <inheritdoc/>
    protected override void CompareCore<TKernel>(in Operand a, in Operand b, in Operand mask)
    {
        if (a.DType.IsFloating())
        {
            Compare<TKernel, Lane<double>, RealElements>(a, b, mask);
        }
        else
        {
            Compare<TKernel, IntegerLane<long>, IntegerElements>(a, b, mask);
        }
    }

    private static void Compare<TKernel, T, TElements>(in Operand a, in Operand b, in Operand mask)
        where TKernel : struct, ICompareKernel
        where T : struct, ILanes<T>
        where TElements : struct, IElements<T>
    {
        for (long i = 0; i < mask.Count; i++)
        {
            var holds = TKernel.Compare(TElements.Read(a, a.PlaceOf(i)), TElements.Read(b, b.PlaceOf(i)));
            TElements.Write(mask, mask.PlaceOf(i), T.Where(holds, T.One, T.Zero));
        }
    }

    /// <inheritdoc/>
    protected override void WhereCore(in Operand mask, in Operand a, in Operand b, in Operand y)
    {
        for (long i = 0; i < y.Count; i++)
        {
            var holds = IntegerElements.ReadValue(mask, mask.PlaceOf(i)) != 0;
            if (y.DType.IsFloating())
            {
                var chosen = holds ? RealElements.ReadValue(a, a.PlaceOf(i)) : RealElements.ReadValue(b, b.PlaceOf(i));
                RealElements.WriteValue(y, y.PlaceOf(i), chosen);
            }
            else
            {
                var chosen = holds
                    ? IntegerElements.ReadValue(a, a.PlaceOf(i))
                    : IntegerElements.ReadValue(b, b.PlaceOf(i));
                IntegerElements.WriteValue(y, y.PlaceOf(i), chosen);
            }
        }
    }

    /// <inheritdoc/>
    protected override bool IsWithinCore(in Operand x, double bound)
    {
        for (long i = 0; i < x.Count; i++)
        {
            if (!(Math.Abs(RealElements.ReadValue(x, x.PlaceOf(i))) <= bound))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override void Update<TKernel>(ReadOnlySpan<UpdateBlock> blocks)
    {
        foreach (ref readonly var block in blocks)
        {
            Update<TKernel>(block);
        }
    }

    private static void Update<TKernel>(in UpdateBlock block)
        where TKernel : struct, IUpdateKernel
    {
        var numbers = default(UpdateConstants<Lane<double>>);
        for (var i = 0; i < UpdateConstants<double>.Length; i++)
        {
            numbers[i] = Lane<double>.Constant(block.Constants[i]);
        }

        for (long i = 0; i < block.Count; i++)
        {
            var w = Read(block.Weight, block.DType, i);
            var one = TKernel.StateCount > 0 ? Read(block.First, block.DType, i) : default;
            var two = TKernel.StateCount > 1 ? Read(block.Second, block.DType, i) : default;
            var three = TKernel.StateCount > 2 ? Read(block.Third, block.DType, i) : default;
            TKernel.Update(ref w, Read(block.Gradient, block.DType, i), ref one, ref two, ref three, numbers);
            Write(block.Weight, block.DType, i, w);
            if (TKernel.StateCount > 0)
            {
                Write(block.First, block.DType, i, one);
            }

            if (TKernel.StateCount > 1)
            {
                Write(block.Second, block.DType, i, two);
            }

            if (TKernel.StateCount > 2)
            {
                Write(block.Third, block.DType, i, three);
            }
        }
    }

    private static unsafe Lane<double> Read(nint address, DType dtype, long index) =>
        Lane<double>.Constant(dtype == DType.Float64 ? ((double*)address)[index] : ((float*)address)[index]);

    private static unsafe void Write(nint address, DType dtype, long index, Lane<double> value)
    {
        if (dtype == DType.Float64)
        {
            ((double*)address)[index] = value.Value;
        }
        else
        {
            ((float*)address)[index] = (float)value.Value;
        }
    }
}
