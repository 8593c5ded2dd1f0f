using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>One row times a transposed matrix of floats, a linear layer on one sample: the columns meet their numbers on the way out of the registers that turn them, and no panel is packed.</summary>
/// <remarks>
/// <code>
///   four numbers of eight rows of the matrix, turned:      sum += x[k]     · (w[0, k],     … w[7, k])
///                                                          sum += x[k + 1] · (w[0, k + 1], … w[7, k + 1])  …
/// </code>
/// in the order and with the fused multiply-adds of <see cref="MatrixProduct"/>, so with its bits. The last eight
/// columns may overlap those before them, which are then made twice.
/// </remarks>
internal readonly unsafe struct SingleRow<TElement, TEpilogue>(
    ProductShape shape,
    float* x,
    float* w,
    float* y,
    TEpilogue epilogue
) : IRangeBody
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    private const int Lanes = 8;

    /// <summary>Whether a product has this form.</summary>
    public static bool Fits(in ProductShape shape) =>
        typeof(TElement) == typeof(float)
        && Avx.IsSupported
        && Fma.IsSupported
        && shape is { Rows: 1, Batches: 1, BRow: 1, Columns: >= Lanes, Depth: > 0, Accumulate: false };

    /// <summary>Groups of eight columns.</summary>
    public long Groups => (shape.Columns + Lanes - 1) / Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (; end - start > 2; start += 4)
        {
            Four(ColumnOf(start), ColumnOf(start + 1), ColumnOf(start + 2), ColumnOf(Math.Min(start + 3, end - 1)));
        }

        for (; start < end; start++)
        {
            One(ColumnOf(start));
        }
    }

    // The first column of a group, so that all eight are there.
    private long ColumnOf(long group) => Math.Min(group * Lanes, shape.Columns - Lanes);

    // Four sums at a time, so that one need not wait for its last addition.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Four(long first, long second, long third, long fourth)
    {
        Vector256<float> a = default,
            b = default,
            c = default,
            d = default;
        var step = shape.BColumn;
        for (long block = 0; block < shape.Depth; block += MatrixProduct.DepthBlock)
        {
            var depth = Math.Min(MatrixProduct.DepthBlock, shape.Depth - block);
            var from = x + block * shape.AColumn;
            var atA = w + first * step;
            var atB = w + second * step;
            var atC = w + third * step;
            var atD = w + fourth * step;
            Vector256<float> sumA = default,
                sumB = default,
                sumC = default,
                sumD = default;
            var k = block;
            var end = block + depth;
            for (; k + 4 <= end; k += 4)
            {
                var x0 = Vector256.Create(from[0]);
                var x1 = Vector256.Create(from[shape.AColumn]);
                var x2 = Vector256.Create(from[2 * shape.AColumn]);
                var x3 = Vector256.Create(from[3 * shape.AColumn]);
                sumA = AddFour(atA + k, step, x0, x1, x2, x3, sumA);
                sumB = AddFour(atB + k, step, x0, x1, x2, x3, sumB);
                sumC = AddFour(atC + k, step, x0, x1, x2, x3, sumC);
                sumD = AddFour(atD + k, step, x0, x1, x2, x3, sumD);
                from += 4 * shape.AColumn;
            }

            for (; k < end; k++)
            {
                var number = Vector256.Create(*from);
                sumA = AddOne(atA + k, step, number, sumA);
                sumB = AddOne(atB + k, step, number, sumB);
                sumC = AddOne(atC + k, step, number, sumC);
                sumD = AddOne(atD + k, step, number, sumD);
                from += shape.AColumn;
            }

            (a, b, c, d) = block == 0 ? (sumA, sumB, sumC, sumD) : (a + sumA, b + sumB, c + sumC, d + sumD);
        }

        Finish(first, a);
        Finish(second, b);
        Finish(third, c);
        Finish(fourth, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void One(long column)
    {
        var total = Vector256<float>.Zero;
        var at = w + column * shape.BColumn;
        for (long block = 0; block < shape.Depth; block += MatrixProduct.DepthBlock)
        {
            var end = Math.Min(block + MatrixProduct.DepthBlock, shape.Depth);
            var sum = Vector256<float>.Zero;
            var k = block;
            for (; k + 4 <= end; k += 4)
            {
                sum = AddFour(
                    at + k,
                    shape.BColumn,
                    Vector256.Create(x[k * shape.AColumn]),
                    Vector256.Create(x[(k + 1) * shape.AColumn]),
                    Vector256.Create(x[(k + 2) * shape.AColumn]),
                    Vector256.Create(x[(k + 3) * shape.AColumn]),
                    sum
                );
            }

            for (; k < end; k++)
            {
                sum = AddOne(at + k, shape.BColumn, Vector256.Create(x[k * shape.AColumn]), sum);
            }

            total = block == 0 ? sum : total + sum;
        }

        Finish(column, total);
    }

    // Rows 0 to 3 in the lower halves and 4 to 7 in the upper ones; then pairs, then pairs of pairs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AddFour(
        float* w,
        long step,
        Vector256<float> x0,
        Vector256<float> x1,
        Vector256<float> x2,
        Vector256<float> x3,
        Vector256<float> sum
    )
    {
        var third = w + 3 * step;
        var sixth = third + 3 * step;
        var r0 = Vector256.Create(Vector128.Load(w), Vector128.Load(third + step));
        var r1 = Vector256.Create(Vector128.Load(w + step), Vector128.Load(third + 2 * step));
        var r2 = Vector256.Create(Vector128.Load(w + 2 * step), Vector128.Load(sixth));
        var r3 = Vector256.Create(Vector128.Load(third), Vector128.Load(sixth + step));
        var p0 = Avx.UnpackLow(r0, r1);
        var p1 = Avx.UnpackHigh(r0, r1);
        var p2 = Avx.UnpackLow(r2, r3);
        var p3 = Avx.UnpackHigh(r2, r3);
        sum = Fma.MultiplyAdd(x0, Avx.Shuffle(p0, p2, 0x44), sum);
        sum = Fma.MultiplyAdd(x1, Avx.Shuffle(p0, p2, 0xEE), sum);
        sum = Fma.MultiplyAdd(x2, Avx.Shuffle(p1, p3, 0x44), sum);
        return Fma.MultiplyAdd(x3, Avx.Shuffle(p1, p3, 0xEE), sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> AddOne(float* w, long step, Vector256<float> x, Vector256<float> sum)
    {
        var column = Vector256.Create(
            w[0],
            w[step],
            w[2 * step],
            w[3 * step],
            w[4 * step],
            w[5 * step],
            w[6 * step],
            w[7 * step]
        );
        return Fma.MultiplyAdd(x, column, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Finish(long column, Vector256<float> sum)
    {
        var value = epilogue.Apply<Vector256Ops<TElement>, Vector256<TElement>>(
            sum.As<float, TElement>(),
            0,
            column,
            Lanes,
            (TElement*)(y + column)
        );
        value.As<TElement, float>().Store(y + column);
    }
}
