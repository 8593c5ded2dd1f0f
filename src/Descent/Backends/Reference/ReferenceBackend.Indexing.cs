using Descent.Numerics;

namespace Descent.Backends.Reference;

// Products of matrices, movement by index, random numbers.
public sealed partial class ReferenceBackend
{
    /// <inheritdoc/>
    protected override void MatMulCore(in Operand a, in Operand b, in Operand y, bool accumulate)
    {
        if (a.DType.IsFloating())
        {
            MatMul<Lane<double>, RealElements>(a, b, y, accumulate);
        }
        else
        {
            MatMul<IntegerLane<long>, IntegerElements>(a, b, y, accumulate);
        }
    }

    private static void MatMul<T, TElements>(in Operand a, in Operand b, in Operand y, bool accumulate)
        where T : struct, ILanes<T>
        where TElements : struct, IElements<T>
    {
        for (var batch = 0; batch < y.Shape[0]; batch++)
        {
            for (var row = 0; row < y.Shape[1]; row++)
            {
                for (var column = 0; column < y.Shape[2]; column++)
                {
                    var place = Place(y, batch, row, column);
                    var sum = accumulate ? TElements.Read(y, place) : T.Zero;
                    for (var k = 0; k < a.Shape[2]; k++)
                    {
                        sum +=
                            TElements.Read(a, Place(a, batch, row, k)) * TElements.Read(b, Place(b, batch, k, column));
                    }

                    TElements.Write(y, place, sum);
                }
            }
        }
    }

    private static long Place(in Operand x, long i, long j, long k) =>
        i * x.Strides[0] + j * x.Strides[1] + k * x.Strides[2];

    /// <inheritdoc/>
    protected override void GatherCore(in Operand x, int axis, in Operand index, in Operand y)
    {
        for (long slice = 0; slice < y.Slices(axis); slice++)
        {
            for (long i = 0; i < index.Count; i++)
            {
                var chosen = IntegerElements.ReadValue(index, index.PlaceOf(i));
                CopyElement(
                    x,
                    x.SlicePlace(slice, axis) + chosen * x.Strides[axis],
                    y,
                    y.SlicePlace(slice, axis) + i * y.Strides[axis]
                );
            }
        }
    }

    /// <inheritdoc/>
    protected override void ScatterAddCore(in Operand y, int axis, in Operand index, in Operand source)
    {
        for (long slice = 0; slice < source.Slices(axis); slice++)
        {
            for (long i = 0; i < index.Count; i++)
            {
                var chosen = IntegerElements.ReadValue(index, index.PlaceOf(i));
                AddElement(
                    source,
                    source.SlicePlace(slice, axis) + i * source.Strides[axis],
                    y,
                    y.SlicePlace(slice, axis) + chosen * y.Strides[axis]
                );
            }
        }
    }

    /// <inheritdoc/>
    protected override void TakeAlongCore(in Operand x, int axis, in Operand index, in Operand y)
    {
        for (long slice = 0; slice < y.Slices(axis); slice++)
        {
            for (long i = 0; i < y.Shape[axis]; i++)
            {
                var chosen = IntegerElements.ReadValue(index, index.SlicePlace(slice, axis) + i * index.Strides[axis]);
                CopyElement(
                    x,
                    x.SlicePlace(slice, axis) + chosen * x.Strides[axis],
                    y,
                    y.SlicePlace(slice, axis) + i * y.Strides[axis]
                );
            }
        }
    }

    /// <inheritdoc/>
    protected override void ScatterAddAlongCore(in Operand y, int axis, in Operand index, in Operand source)
    {
        for (long slice = 0; slice < source.Slices(axis); slice++)
        {
            for (long i = 0; i < source.Shape[axis]; i++)
            {
                var chosen = IntegerElements.ReadValue(index, index.SlicePlace(slice, axis) + i * index.Strides[axis]);
                AddElement(
                    source,
                    source.SlicePlace(slice, axis) + i * source.Strides[axis],
                    y,
                    y.SlicePlace(slice, axis) + chosen * y.Strides[axis]
                );
            }
        }
    }

    private static void CopyElement(in Operand x, long from, in Operand y, long to)
    {
        if (x.DType.IsFloating())
        {
            RealElements.WriteValue(y, to, RealElements.ReadValue(x, from));
        }
        else
        {
            IntegerElements.WriteValue(y, to, IntegerElements.ReadValue(x, from));
        }
    }

    private static void AddElement(in Operand source, long from, in Operand y, long to)
    {
        if (y.DType.IsFloating())
        {
            RealElements.WriteValue(y, to, RealElements.ReadValue(y, to) + RealElements.ReadValue(source, from));
        }
        else
        {
            IntegerElements.WriteValue(
                y,
                to,
                IntegerElements.ReadValue(y, to) + IntegerElements.ReadValue(source, from)
            );
        }
    }
}
