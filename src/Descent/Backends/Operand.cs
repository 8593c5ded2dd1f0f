namespace Descent.Backends;

/// <summary>What a backend sees of a tensor: elements in memory, seen through a shape and strides.</summary>
/// <remarks>
/// Passed by <c>in</c> from a place in memory, so that its storage stays alive for the length of the call.
/// </remarks>
public readonly struct Operand
{
    private readonly Shape shape;
    private readonly Strides strides;

    /// <summary>Describes elements of a storage.</summary>
    /// <param name="storage">The memory.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The sizes along the axes.</param>
    /// <param name="strides">Distances between neighbours along each axis, in elements; zero where an axis is broadcast.</param>
    /// <param name="offset">The place of the first element in the storage, in elements.</param>
    public Operand(Storage storage, DType dtype, Shape shape, in Strides strides, long offset = 0)
    {
        Storage = storage;
        DType = dtype;
        this.shape = shape;
        this.strides = strides;
        Offset = offset;
        IsContiguous = HasRowMajorStrides(shape, strides);
    }

    /// <summary>Describes elements in row-major order from the start of a storage.</summary>
    internal Operand(Storage storage, DType dtype, Shape shape)
    {
        Storage = storage;
        DType = dtype;
        this.shape = shape;
        strides = shape.RowMajorStrides();
        IsContiguous = true;
    }

    /// <summary>The absent operand: a bias that is not there.</summary>
    public static Operand None => default;

    /// <summary>The memory.</summary>
    public Storage Storage { get; }

    /// <summary>The place of the first element in the storage, in elements.</summary>
    public long Offset { get; }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>Whether the elements lie in row-major order without gaps.</summary>
    public bool IsContiguous { get; }

    /// <summary>Whether there is no operand at all.</summary>
    public bool IsNone => Storage is null;

    /// <summary>The sizes along the axes.</summary>
    public Shape Shape => shape;

    /// <summary>The number of axes.</summary>
    public int Rank => shape.Rank;

    /// <summary>The number of elements.</summary>
    public long Count => shape.Count;

    /// <summary>Distances between neighbours along each axis, in elements.</summary>
    public Strides Strides => strides;

    /// <summary>The address of the first element.</summary>
    public nint Address => Storage.Address + (nint)(Offset * DType.ByteSize());

    /// <summary>The same memory seen through another shape and other strides.</summary>
    public Operand Seen(Shape newShape, in Strides newStrides, long newOffset) =>
        new(Storage, DType, newShape, newStrides, newOffset);

    private static bool HasRowMajorStrides(Shape shape, in Strides strides)
    {
        if (shape.Count <= 1)
        {
            return true;
        }

        long expected = 1;
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            if (shape[axis] != 1)
            {
                if (strides[axis] != expected)
                {
                    return false;
                }

                expected *= shape[axis];
            }
        }

        return true;
    }
}
