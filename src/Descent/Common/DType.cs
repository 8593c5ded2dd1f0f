namespace Descent;

/// <summary>The type of a tensor's elements.</summary>
public enum DType
{
    /// <summary>32-bit floating point: the type that networks train in.</summary>
    Float32,

    /// <summary>64-bit floating point: the type of gradient checks.</summary>
    Float64,

    /// <summary>64-bit signed integers: labels and indices.</summary>
    Int64,

    /// <summary>32-bit signed integers.</summary>
    Int32,

    /// <summary>Unsigned bytes: pixels. No arithmetic.</summary>
    UInt8,

    /// <summary>Truth values, one byte each: masks. No arithmetic.</summary>
    Bool,
}

/// <summary>Facts about element types.</summary>
public static class DTypes
{
    /// <summary>Bytes that one element takes.</summary>
    public static int ByteSize(this DType dtype) =>
        dtype switch
        {
            DType.Float64 or DType.Int64 => 8,
            DType.Float32 or DType.Int32 => 4,
            _ => 1,
        };

    /// <summary>True for float32 and float64.</summary>
    public static bool IsFloating(this DType dtype) => dtype is DType.Float32 or DType.Float64;

    /// <summary>The element type that holds values of a .NET type.</summary>
    /// <exception cref="DTypeException">The .NET type is none of float, double, long, int, byte, bool.</exception>
    public static DType For<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? DType.Float32
        : typeof(T) == typeof(double) ? DType.Float64
        : typeof(T) == typeof(long) ? DType.Int64
        : typeof(T) == typeof(int) ? DType.Int32
        : typeof(T) == typeof(byte) ? DType.UInt8
        : typeof(T) == typeof(bool) ? DType.Bool
        : throw new DTypeException(
            $"No tensor element type holds {typeof(T).Name}. Use float, double, long, int, byte or bool."
        );

    /// <summary>The name as people write it: <c>float32</c>, <c>int64</c>, …</summary>
    public static string Name(this DType dtype) => dtype.ToString().ToLowerInvariant();
}
