using Descent.Numerics;

namespace Descent.Backends.Reference;

/// <summary>Reads and writes single elements of operands as one kind of number.</summary>
/// <typeparam name="TNumber">The number that formulas run on.</typeparam>
internal interface IElements<TNumber>
    where TNumber : struct, ILanes<TNumber>
{
    static abstract TNumber Read(in Operand operand, long place);

    static abstract void Write(in Operand operand, long place, TNumber value);
}

/// <summary>Elements as double-precision numbers: the way of the floating-point operands.</summary>
internal readonly unsafe struct RealElements : IElements<Lane<double>>
{
    public static Lane<double> Read(in Operand operand, long place) => Lane<double>.Constant(ReadValue(operand, place));

    public static void Write(in Operand operand, long place, Lane<double> value) =>
        WriteValue(operand, place, value.Value);

    public static double ReadValue(in Operand operand, long place) =>
        operand.DType switch
        {
            DType.Float64 => ((double*)operand.Address)[place],
            DType.Float32 => ((float*)operand.Address)[place],
            _ => IntegerElements.ReadValue(operand, place),
        };

    public static void WriteValue(in Operand operand, long place, double value)
    {
        switch (operand.DType)
        {
            case DType.Float64:
                ((double*)operand.Address)[place] = value;
                break;
            case DType.Float32:
                ((float*)operand.Address)[place] = (float)value;
                break;
            case DType.Int64:
                ((long*)operand.Address)[place] = (long)value;
                break;
            case DType.Int32:
                ((int*)operand.Address)[place] = (int)value;
                break;
            case DType.UInt8:
                ((byte*)operand.Address)[place] = unchecked((byte)(long)value);
                break;
            default:
                ((bool*)operand.Address)[place] = value != 0;
                break;
        }
    }
}

/// <summary>Elements as 64-bit integers: the way of integers, bytes and truth values.</summary>
internal readonly unsafe struct IntegerElements : IElements<IntegerLane<long>>
{
    public static IntegerLane<long> Read(in Operand operand, long place) => new(ReadValue(operand, place));

    public static void Write(in Operand operand, long place, IntegerLane<long> value) =>
        WriteValue(operand, place, value.Value);

    public static long ReadValue(in Operand operand, long place) =>
        operand.DType switch
        {
            DType.Int64 => ((long*)operand.Address)[place],
            DType.Int32 => ((int*)operand.Address)[place],
            _ => ((byte*)operand.Address)[place],
        };

    public static void WriteValue(in Operand operand, long place, long value)
    {
        switch (operand.DType)
        {
            case DType.Float64:
                ((double*)operand.Address)[place] = value;
                break;
            case DType.Float32:
                ((float*)operand.Address)[place] = value;
                break;
            case DType.Int64:
                ((long*)operand.Address)[place] = value;
                break;
            case DType.Int32:
                ((int*)operand.Address)[place] = unchecked((int)value);
                break;
            case DType.UInt8:
                ((byte*)operand.Address)[place] = unchecked((byte)value);
                break;
            default:
                ((bool*)operand.Address)[place] = value != 0;
                break;
        }
    }
}

/// <summary>Where elements stand in memory.</summary>
internal static class Places
{
    /// <summary>The place of the element that comes as number <paramref name="index"/> in row-major order.</summary>
    public static long PlaceOf(this in Operand operand, long index)
    {
        long place = 0;
        for (var axis = operand.Rank - 1; axis >= 0; axis--)
        {
            place += index % operand.Shape[axis] * operand.Strides[axis];
            index /= operand.Shape[axis];
        }

        return place;
    }

    /// <summary>The coordinate along one axis of the element that comes as number <paramref name="index"/> in row-major order.</summary>
    public static long Coordinate(this in Operand operand, long index, int axis)
    {
        for (var inner = operand.Rank - 1; inner > axis; inner--)
        {
            index /= operand.Shape[inner];
        }

        return index % operand.Shape[axis];
    }

    /// <summary>The number of slices along an axis: all other sizes multiplied.</summary>
    public static long Slices(this in Operand operand, int axis) => operand.Shape.Without(axis).Count;

    /// <summary>The place of the first element of a slice along an axis; slices are numbered in row-major order of the other axes.</summary>
    public static long SlicePlace(this in Operand operand, long slice, int axis)
    {
        long place = 0;
        for (var other = operand.Rank - 1; other >= 0; other--)
        {
            if (other != axis)
            {
                place += slice % operand.Shape[other] * operand.Strides[other];
                slice /= operand.Shape[other];
            }
        }

        return place;
    }
}
