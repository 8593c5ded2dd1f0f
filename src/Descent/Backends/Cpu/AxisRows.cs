using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>An operand with one axis moved to the end and no gaps: the operand's own memory where it lies so, else a copy.</summary>
internal readonly ref struct AxisRows : IDisposable
{
    private readonly long copyLength;

    public AxisRows(in Operand source, int axis, DType dtype)
    {
        DType = dtype;
        Count = source.Count / source.Shape[axis];
        if (source.IsContiguous && source.DType == dtype && AxisSlices.Of(source.Shape, axis).Inner == 1)
        {
            Address = source.Address;
            return;
        }

        copyLength = source.Count * dtype.ByteSize();
        Address = BufferPool.Rent(copyLength);
        var (shape, strides) = Moved(source, axis);
        var plain = new View(Address, shape.RowMajorStrides());
        CopyLoop.Run(shape, new View(source.Address, strides), source.DType, plain, dtype);
    }

    /// <summary>The first element.</summary>
    public nint Address { get; }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The number of rows.</summary>
    public long Count { get; }

    public void Dispose()
    {
        if (copyLength != 0)
        {
            BufferPool.Return(Address, copyLength);
        }
    }

    /// <summary>Shape and strides of an operand with an axis moved to the end.</summary>
    internal static (Shape Shape, Strides Strides) Moved(in Operand operand, int axis)
    {
        var strides = default(Strides);
        for (int from = 0, to = 0; from < operand.Rank; from++)
        {
            if (from != axis)
            {
                strides[to++] = operand.Strides[from];
            }
        }

        strides[operand.Rank - 1] = operand.Strides[axis];
        var shape = operand.Shape.Without(axis);
        return (shape.Insert(shape.Rank, operand.Shape[axis]), strides);
    }
}

/// <summary>Room for an operand with one axis moved to the end, copied to where it belongs at the end of the call.</summary>
internal readonly ref struct AxisRowsTarget : IDisposable
{
    private readonly ref readonly Operand target;
    private readonly int axis;
    private readonly long copyLength;

    public AxisRowsTarget(in Operand target, int axis)
    {
        this.target = ref target;
        this.axis = axis;
        if (target.IsContiguous && AxisSlices.Of(target.Shape, axis).Inner == 1)
        {
            Address = target.Address;
            return;
        }

        copyLength = target.Count * target.DType.ByteSize();
        Address = BufferPool.Rent(copyLength);
    }

    /// <summary>The first element.</summary>
    public nint Address { get; }

    public void Dispose()
    {
        if (copyLength != 0)
        {
            var (shape, strides) = AxisRows.Moved(target, axis);
            var plain = new View(Address, shape.RowMajorStrides());
            CopyLoop.Run(shape, plain, target.DType, new View(target.Address, strides), target.DType);
            BufferPool.Return(Address, copyLength);
        }
    }
}
