using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    [ThreadStatic]
    private static Tensor?[]? constants;

    private ulong constantBits;

    /// <summary>A tensor of the given values, copied.</summary>
    /// <param name="values">The elements in row-major order: float, double, long, int, byte or bool.</param>
    /// <param name="shape">The sizes; their product is the number of values.</param>
    /// <exception cref="ShapeException">The number of values is not the product of the sizes.</exception>
    public static unsafe Tensor From<T>(ReadOnlySpan<T> values, Shape shape)
        where T : unmanaged
    {
        if (values.Length != shape.Count)
        {
            throw new ShapeException(
                $"Tensor.From: {values.Length} values do not fill a tensor of shape {shape}, which has {shape.Count} elements."
            );
        }

        var tensor = Lasting(Device.Cpu, DTypes.For<T>(), shape);
        values.CopyTo(new Span<T>((void*)tensor.View.Address, values.Length));
        GC.KeepAlive(tensor);
        return tensor;
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, Shape)"/>
    public static Tensor From<T>(T[] values, Shape shape)
        where T : unmanaged => From((ReadOnlySpan<T>)values, shape);

    /// <summary>A vector of the given values, copied.</summary>
    public static Tensor From<T>(T[] values)
        where T : unmanaged => From((ReadOnlySpan<T>)values, [values.Length]);

    /// <summary>A matrix of the given values, copied.</summary>
    public static Tensor From<T>(T[,] values)
        where T : unmanaged => FromArray<T>(values);

    /// <summary>A tensor of three axes of the given values, copied.</summary>
    public static Tensor From<T>(T[,,] values)
        where T : unmanaged => FromArray<T>(values);

    /// <summary>A tensor of four axes of the given values, copied.</summary>
    public static Tensor From<T>(T[,,,] values)
        where T : unmanaged => FromArray<T>(values);

    /// <summary>A scalar: a tensor of no axes and one element.</summary>
    public static Tensor Scalar<T>(T value)
        where T : unmanaged => From([value], []);

    /// <summary>A tensor of zeros.</summary>
    public static Tensor Zeros(Shape shape, DType dtype = DType.Float32) => Full(shape, 0, dtype);

    /// <summary>A tensor of ones.</summary>
    public static Tensor Ones(Shape shape, DType dtype = DType.Float32) => Full(shape, 1, dtype);

    /// <summary>A tensor that holds one number everywhere.</summary>
    public static Tensor Full(Shape shape, double value, DType dtype = DType.Float32) =>
        Full(Device.Cpu, shape, value, dtype);

    /// <summary>The numbers start, start + step, … below <paramref name="end"/>, as int64 when all three are whole and no element type is named, else as float32.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is zero.</exception>
    public static Tensor Arange(double start, double end, double step = 1, DType? dtype = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(step);
        var isWhole = double.IsInteger(start) && double.IsInteger(end) && double.IsInteger(step);
        var count = (int)Math.Max(0, Math.Ceiling((end - start) / step));
        var values = new double[count];
        for (var index = 0; index < count; index++)
        {
            values[index] = start + index * step;
        }

        return From(values).To(dtype ?? (isWhole ? DType.Int64 : DType.Float32));
    }

    /// <summary>The whole numbers 0, 1, … below <paramref name="end"/>, as int64.</summary>
    public static Tensor Arange(long end) => Arange(0, end, 1, DType.Int64);

    /// <summary><paramref name="count"/> numbers at equal distances from start to end, both included.</summary>
    public static Tensor Linspace(double start, double end, int count, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var values = new double[count];
        for (var index = 0; index < count; index++)
        {
            values[index] =
                index == count - 1 && count > 1 ? end : start + (end - start) * index / Math.Max(1, count - 1);
        }

        return From(values).To(dtype);
    }

    /// <summary>A square matrix with ones on its diagonal and zeros elsewhere.</summary>
    public static Tensor Eye(int size, DType dtype = DType.Float32)
    {
        var values = new double[checked(size * size)];
        for (var index = 0; index < size; index++)
        {
            values[index * size + index] = 1;
        }

        return From(values, [size, size]).To(dtype);
    }

    /// <summary>Uniform numbers in [low, high), element i from counter i of the source.</summary>
    public static Tensor RandomUniform(
        Shape shape,
        RandomSource source,
        double low = 0,
        double high = 1,
        DType dtype = DType.Float32
    )
    {
        var tensor = Lasting(Device.Cpu, RequireFloating(dtype, nameof(RandomUniform)), shape);
        tensor.DrawUniform(source, low, high);
        return tensor;
    }

    /// <summary>Normal numbers of the given mean and standard deviation, element i from counter i of the source.</summary>
    public static Tensor RandomNormal(
        Shape shape,
        RandomSource source,
        double mean = 0,
        double standardDeviation = 1,
        DType dtype = DType.Float32
    )
    {
        var tensor = Lasting(Device.Cpu, RequireFloating(dtype, nameof(RandomNormal)), shape);
        tensor.DrawNormal(source, mean, standardDeviation);
        return tensor;
    }

    /// <summary>Draws what <see cref="RandomUniform"/> gives into this tensor's own memory, which is contiguous and floating.</summary>
    internal void DrawUniform(RandomSource source, double low, double high)
    {
        Backend.FillUniform(source, View);
        if (low != 0 || high != 1)
        {
            Rescale(high - low, low);
        }
    }

    /// <summary>Draws what <see cref="RandomNormal"/> gives into this tensor's own memory, which is contiguous and floating.</summary>
    internal void DrawNormal(RandomSource source, double mean, double standardDeviation)
    {
        Backend.FillNormal(source, View);
        if (mean != 0 || standardDeviation != 1)
        {
            Rescale(standardDeviation, mean);
        }
    }

    private void Rescale(double factor, double offset)
    {
        var constants = default(UpdateConstants<double>);
        (constants[0], constants[1]) = (factor, offset);
        Backend.Update<RescaleKernel>(View, View, Operand.None, Operand.None, Operand.None, constants);
    }

    internal static Tensor Full(Device device, Shape shape, double value, DType dtype)
    {
        RequireHolds(dtype, value);
        var tensor = Lasting(device, dtype, shape);
        tensor.Backend.Fill(tensor.View, value);
        return tensor;
    }

    /// <summary>One number on this tensor's device and of its type: the scalar side of an operation.</summary>
    /// <remarks>The last few are remembered by each thread, since a program uses the same few again and again.</remarks>
    /// <exception cref="DTypeException">The element type cannot hold the number: a fraction on an integer tensor.</exception>
    internal Tensor Constant(double value)
    {
        const int Places = 64;
        var bits = BitConverter.DoubleToUInt64Bits(value);
        ref var known = ref (constants ??= new Tensor?[Places])[(bits * 0x9E3779B97F4A7C15) >> 58];
        if (known is not null && known.DType == DType && known.Device == Device && known.constantBits == bits)
        {
            return known;
        }

        RequireHolds(DType, value);
        var scalar = Full(Device, [], value, DType);
        scalar.constantBits = bits;
        return known = scalar;
    }

    /// <summary>Whether this is a <see cref="Constant"/> other than zero.</summary>
    internal bool IsConstant => constantBits != 0;

    /// <summary>Whether this is the <see cref="Constant"/> 1, the gradient that a loss begins with; other ones do not count.</summary>
    internal bool IsOne => constantBits == BitConverter.DoubleToUInt64Bits(1);

    /// <summary>Zeros of this tensor's type and device; recycled as a result.</summary>
    internal Tensor ZeroResult(Shape shape)
    {
        var zeros = Result(shape);
        Backend.Fill(zeros.View, 0);
        return zeros;
    }

    /// <summary>Refuses a number that an integer type would change silently.</summary>
    private static void RequireHolds(DType dtype, double value)
    {
        var (low, high) = dtype switch
        {
            DType.Int64 => (long.MinValue, long.MaxValue),
            DType.Int32 => (int.MinValue, int.MaxValue),
            DType.UInt8 => (byte.MinValue, byte.MaxValue),
            DType.Bool => (0, 1),
            _ => (double.NegativeInfinity, double.PositiveInfinity),
        };
        if (!dtype.IsFloating() && !(double.IsInteger(value) && value >= low && value <= high))
        {
            throw new DTypeException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A {dtype.Name()} tensor cannot hold {value}{Tape.InLayer}. Convert the tensor with To(DType.Float32) first."
                )
            );
        }
    }

    private static DType RequireFloating(DType dtype, string operation) =>
        dtype.IsFloating()
            ? dtype
            : throw new DTypeException($"{operation}: random numbers are float32 or float64, not {dtype.Name()}.");

    private static Tensor FromArray<T>(Array values)
        where T : unmanaged
    {
        var sizes = new int[values.Rank];
        for (var axis = 0; axis < sizes.Length; axis++)
        {
            sizes[axis] = values.GetLength(axis);
        }

        var flat = MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)),
            values.Length
        );
        return From(flat, new Shape(sizes));
    }
}

/// <summary>x ← factor · x + offset, each rounded.</summary>
internal readonly struct RescaleKernel : IUpdateKernel
{
    public static int StateCount => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T first,
        ref T second,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T> => weight = weight * constants[0] + constants[1];
}
