using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>An operand's elements in row-major order without gaps: the operand's own memory, or a copy made for the length of a call.</summary>
internal readonly unsafe ref struct Gapless : IDisposable
{
    private readonly long copyLength;

    public Gapless(in Operand source)
        : this(source, source.DType) { }

    /// <summary>The elements converted to a type.</summary>
    public Gapless(in Operand source, DType dtype)
    {
        if (source.IsNone || (source.IsContiguous && source.DType == dtype))
        {
            Address = source.IsNone ? 0 : source.Address;
            return;
        }

        copyLength = Math.Max(1, source.Count * dtype.ByteSize());
        Address = BufferPool.Rent(copyLength);
        var strides = source.Shape.RowMajorStrides();
        CopyLoop.Run(source.Shape, View.Of(source), source.DType, new View(Address, strides), dtype);
    }

    /// <summary>The first element; zero for an operand that is not there.</summary>
    public nint Address { get; }

    /// <summary>The elements as numbers of one type.</summary>
    public TElement* As<TElement>()
        where TElement : unmanaged => (TElement*)Address;

    public void Dispose()
    {
        if (copyLength != 0)
        {
            BufferPool.Return(Address, copyLength);
        }
    }
}

/// <summary>Room for an operand's elements in row-major order without gaps, copied to where they belong at the end of the call.</summary>
internal readonly unsafe ref struct GaplessTarget : IDisposable
{
    private readonly ref readonly Operand target;
    private readonly long copyLength;

    public GaplessTarget(in Operand target, bool keepContent = false)
    {
        this.target = ref target;
        if (target.IsNone || target.IsContiguous)
        {
            Address = target.IsNone ? 0 : target.Address;
            return;
        }

        copyLength = Math.Max(1, target.Count * target.DType.ByteSize());
        Address = BufferPool.Rent(copyLength);
        if (keepContent)
        {
            var strides = target.Shape.RowMajorStrides();
            CopyLoop.Run(target.Shape, View.Of(target), target.DType, new View(Address, strides), target.DType);
        }
    }

    /// <summary>The first element; zero for an operand that is not there.</summary>
    public nint Address { get; }

    /// <summary>The elements as numbers of one type.</summary>
    public TElement* As<TElement>()
        where TElement : unmanaged => (TElement*)Address;

    public void Dispose()
    {
        if (copyLength != 0)
        {
            var strides = target.Shape.RowMajorStrides();
            CopyLoop.Run(target.Shape, new View(Address, strides), target.DType, View.Of(target), target.DType);
            BufferPool.Return(Address, copyLength);
        }
    }
}

/// <summary>An operand whose rows lie side by side or repeat one number: the operand's own memory, or a copy where its innermost axis has gaps.</summary>
internal readonly ref struct Rows : IDisposable
{
    private readonly Gapless copy;

    public Rows(View view) => View = view;

    public Rows(in Operand source)
    {
        if (InnermostStep(source) is 0 or 1)
        {
            View = View.Of(source);
            return;
        }

        copy = new Gapless(source);
        View = new View(copy.Address, source.Shape.RowMajorStrides());
    }

    /// <summary>Where the elements are.</summary>
    public View View { get; }

    public void Dispose() => copy.Dispose();

    private static long InnermostStep(in Operand source)
    {
        for (var axis = source.Rank - 1; axis >= 0; axis--)
        {
            if (source.Shape[axis] != 1)
            {
                return source.Strides[axis];
            }
        }

        return 1;
    }
}
