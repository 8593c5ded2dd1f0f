namespace Descent;

/// <summary>Reads elements in row-major order while they are there.</summary>
public delegate TResult TensorReader<T, TResult>(ReadOnlySpan<T> elements);

public partial class Tensor
{
    /// <summary>The elements in row-major order as a new array.</summary>
    /// <typeparam name="T">The .NET type of the elements.</typeparam>
    /// <exception cref="DTypeException">The tensor holds another type; convert with <see cref="To(DType)"/>.</exception>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        var values = new T[Count];
        CopyTo<T>(values);
        return values;
    }

    /// <summary>Copies the elements in row-major order into a span of at least <see cref="Count"/> places.</summary>
    /// <exception cref="DTypeException">The tensor holds another type; convert with <see cref="To(DType)"/>.</exception>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public void CopyTo<T>(Span<T> destination)
        where T : unmanaged
    {
        if (destination.Length < Count)
        {
            throw new ArgumentException(
                $"CopyTo: a tensor of shape {Shape} has {Count} elements and the destination {destination.Length} places."
            );
        }

        Read<T>().CopyTo(destination);
        GC.KeepAlive(this);
    }

    /// <summary>Calls <paramref name="reader"/> on the elements in row-major order without copying them where they are contiguous; the span ends with the call.</summary>
    /// <exception cref="DTypeException">The tensor holds another type; convert with <see cref="To(DType)"/>.</exception>
    public TResult Read<T, TResult>(TensorReader<T, TResult> reader)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(reader);
        var contiguous = Contiguous();
        var result = reader(contiguous.Read<T>());
        GC.KeepAlive(contiguous);
        return result;
    }

    /// <summary>The one element of a tensor of one element, converted to double.</summary>
    /// <exception cref="ShapeException">The tensor has more or fewer elements.</exception>
    public double ToScalar()
    {
        RequireOneElement();
        return DType switch
        {
            DType.Float32 => ToScalar<float>(),
            DType.Float64 => ToScalar<double>(),
            DType.Int64 => ToScalar<long>(),
            DType.Int32 => ToScalar<int>(),
            DType.UInt8 => ToScalar<byte>(),
            _ => ToScalar<bool>() ? 1 : 0,
        };
    }

    /// <summary>The one element of a tensor of one element.</summary>
    /// <exception cref="ShapeException">The tensor has more or fewer elements.</exception>
    /// <exception cref="DTypeException">The tensor holds another type.</exception>
    public T ToScalar<T>()
        where T : unmanaged
    {
        RequireOneElement();
        var value = Read<T>()[0];
        GC.KeepAlive(this);
        return value;
    }

    /// <summary>The elements; whoever calls keeps the tensor alive and needs no span of a non-contiguous view.</summary>
    internal unsafe ReadOnlySpan<T> Read<T>()
        where T : unmanaged
    {
        if (DTypes.For<T>() != DType)
        {
            throw new DTypeException(
                $"The tensor holds {DType.Name()} and was read as {DTypes.For<T>().Name()}. Convert it first with To(DType.{DTypes.For<T>()})."
            );
        }

        var contiguous = Contiguous();
        if (!ReferenceEquals(contiguous, this))
        {
            return contiguous.ToArray<T>();
        }

        return new ReadOnlySpan<T>((void*)View.Address, checked((int)Count));
    }

    private void RequireOneElement()
    {
        if (Count != 1)
        {
            throw new ShapeException($"ToScalar: the tensor has shape {Shape} and {Count} elements; a scalar is one.");
        }
    }
}
