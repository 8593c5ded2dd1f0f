using Descent.Numerics;

namespace Descent.Backends.Reference;

// Reductions run in row-major order of x; sorting and arg-reductions look at one slice after the other.
public sealed partial class ReferenceBackend
{
    /// <inheritdoc/>
    protected override void ReduceCore<TKernel>(in Operand x, in Operand y)
    {
        if (x.DType.IsFloating())
        {
            Reduce<TKernel, Lane<double>, RealElements>(x, y);
        }
        else
        {
            Reduce<TKernel, IntegerLane<long>, IntegerElements>(x, y);
        }
    }

    private static void Reduce<TKernel, T, TElements>(in Operand x, in Operand y)
        where TKernel : struct, IReduceKernel
        where T : struct, ILanes<T>
        where TElements : struct, IElements<T>
    {
        var results = new T[y.Count];
        Array.Fill(results, T.Constant(TKernel.Identity));
        for (long i = 0; i < x.Count; i++)
        {
            long target = 0;
            for (var axis = 0; axis < y.Rank; axis++)
            {
                target = target * y.Shape[axis] + (y.Shape[axis] == 1 ? 0 : x.Coordinate(i, axis));
            }

            results[target] = TKernel.Combine(results[target], TElements.Read(x, x.PlaceOf(i)));
        }

        for (long i = 0; i < y.Count; i++)
        {
            TElements.Write(y, y.PlaceOf(i), results[i]);
        }
    }

    /// <inheritdoc/>
    protected override void ArgReduceCore(in Operand x, int axis, bool largest, in Operand y)
    {
        for (long slice = 0; slice < y.Count; slice++)
        {
            var order = SortedPlaces(x, axis, slice, largest);

            if (IsNaN(x, axis, slice, order[^1]))
            {
                // A NaN sorts last when ascending, yet it wins either way.
                order = SortedPlaces(x, axis, slice, descending: true);
            }

            // The sort is stable: the first of equals leads.
            IntegerElements.WriteValue(y, y.SlicePlace(slice, axis), order[0]);
        }
    }

    /// <inheritdoc/>
    protected override void CumulativeSumCore(in Operand x, int axis, in Operand y)
    {
        for (long slice = 0; slice < x.Slices(axis); slice++)
        {
            var (from, to) = (x.SlicePlace(slice, axis), y.SlicePlace(slice, axis));
            double realSum = 0;
            long integerSum = 0;
            for (long i = 0; i < x.Shape[axis]; i++, from += x.Strides[axis], to += y.Strides[axis])
            {
                if (x.DType.IsFloating())
                {
                    RealElements.WriteValue(y, to, realSum += RealElements.ReadValue(x, from));
                }
                else
                {
                    IntegerElements.WriteValue(y, to, integerSum += IntegerElements.ReadValue(x, from));
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override void SortCore(in Operand x, int axis, bool descending, in Operand values, in Operand indices)
    {
        for (long slice = 0; slice < x.Slices(axis); slice++)
        {
            var order = SortedPlaces(x, axis, slice, descending);
            for (var i = 0; i < order.Length; i++)
            {
                var from = x.SlicePlace(slice, axis) + order[i] * x.Strides[axis];
                var to = values.SlicePlace(slice, axis) + i * values.Strides[axis];
                if (x.DType.IsFloating())
                {
                    RealElements.WriteValue(values, to, RealElements.ReadValue(x, from));
                }
                else
                {
                    IntegerElements.WriteValue(values, to, IntegerElements.ReadValue(x, from));
                }

                IntegerElements.WriteValue(
                    indices,
                    indices.SlicePlace(slice, axis) + i * indices.Strides[axis],
                    order[i]
                );
            }
        }
    }

    private static long[] SortedPlaces(Operand x, int axis, long slice, bool descending)
    {
        var first = x.SlicePlace(slice, axis);
        var places = Enumerable.Range(0, x.Shape[axis]).Select(i => (long)i);
        if (x.DType.IsFloating())
        {
            // NaN is the largest.
            double Key(long i) => RealElements.ReadValue(x, first + i * x.Strides[axis]);
            var order = Comparer<double>.Create(
                (a, b) =>
                    double.IsNaN(a) || double.IsNaN(b) ? double.IsNaN(a).CompareTo(double.IsNaN(b)) : a.CompareTo(b)
            );
            return [.. descending ? places.OrderByDescending(Key, order) : places.OrderBy(Key, order)];
        }

        long Integer(long i) => IntegerElements.ReadValue(x, first + i * x.Strides[axis]);
        return [.. descending ? places.OrderByDescending(Integer) : places.OrderBy(Integer)];
    }

    private static bool IsNaN(in Operand x, int axis, long slice, long i) =>
        double.IsNaN(RealElements.ReadValue(x, x.SlicePlace(slice, axis) + i * x.Strides[axis]));
}
