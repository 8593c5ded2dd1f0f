using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>A row times the transpose of a matrix, what a dense layer does to one sample: each number of the matrix is used once, so all depends on reading it as fast as memory gives it.</summary>
/// <remarks>
/// <code>
///    matrix: an output a row
///    ┌─────┬─────┬─────┬─────┬──                 four blocks of the depth side by side, so that no sum waits for
///    │ →   │ →   │ →   │ →   │  …   8 rows       itself (see VectorSums); meanwhile memory is asked for the next
///    └─────┴─────┴─────┴─────┴──                 four, row by row
///      384   384   384   384
/// </code>
/// The blocks that are left at the end of a row go by, one after another, for four times eight rows side by side. The order
/// of summation is that of <see cref="MatrixProduct"/>.
/// </remarks>
internal readonly unsafe struct VectorProduct<TOps, TVector, TElement, TEpilogue>(
    ProductShape shape,
    TElement* a,
    TElement* b,
    TElement* c,
    TEpilogue epilogue
) : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    private const int Lanes = VectorSums.Lanes;
    private const int Chains = VectorSums.Chains;
    private const int Outputs = VectorSums.Outputs;
    private const int Block = MatrixProduct.DepthBlock;

    // Less is not worth another thread.
    private const long LeastTaskProducts = 131_072;

    // Smaller matrices lie in a cache, and take SingleRow.
    private const long LeastElements = 1 << 21;

    /// <summary>Whether the product is one of this kind, and its matrix so large that it comes from memory.</summary>
    public static bool Pays(in ProductShape shape) =>
        VectorSums.Support<TElement>()
        && shape is { Rows: 1, Batches: 1, AColumn: 1, BRow: 1, Columns: >= Lanes, Depth: >= Chains * Block }
        && shape.Columns * shape.Depth >= LeastElements;

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => (shape.Columns + Outputs - 1) / Outputs;

    /// <summary>How many pieces are worth a thread.</summary>
    public long Grain => Math.Max(1, LeastTaskProducts / (Outputs * shape.Depth));

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var totals = stackalloc float[Outputs];
        new Span<float>(totals, Outputs).Clear();
        for (var task = start; task < end; task++)
        {
            var first = task * Outputs;
            var count = (int)Math.Min(Outputs, shape.Columns - first);
            var y = (float*)c + first;
            for (var i = 0; shape.Accumulate && i < count; i++)
            {
                totals[Place(i, count)] = y[i];
            }

            Sum(first, count, totals);
            for (var i = 0; i < count; i++)
            {
                y[i] = totals[Place(i, count)];
            }

            ProductEdge<TOps, TVector, TElement>.Apply(c + first, shape.CRow, 0, 1, first, count, epilogue);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(long first, int count, float* totals)
    {
        var sums = stackalloc float[Outputs];
        var x = (float*)a;
        var row = shape.BColumn;
        var together = shape.Depth / (Chains * Block) * (Chains * Block);
        for (var output = 0; output < count; output += Lanes)
        {
            var w = Row(first, count, output);
            for (long k = 0; k < together; k += Chains * Block)
            {
                // The last of these asks for the next rows' first, the last but one for what follows to the end of the rows.
                var isLast = k + Chains * Block == together;
                var next = isLast ? w + Lanes * row : w + k + Chains * Block;
                var toEnd = k + 2 * Chains * Block == together;
                var ahead = new RowsAhead(next, row, toEnd ? shape.Depth - k - Chains * Block : Chains * Block);
                var from = w + k;
                VectorSums.Add(
                    from,
                    from + Block,
                    from + 2 * Block,
                    from + 3 * Block,
                    row,
                    x + k,
                    Block,
                    Block,
                    ahead,
                    sums
                );
                for (var block = 0; block < Chains; block++)
                {
                    Take(sums + block * Lanes, totals + output, k + block > 0 || shape.Accumulate);
                }
            }
        }

        for (var k = together; k < shape.Depth; k += Block)
        {
            var depth = (int)Math.Min(Block, shape.Depth - k);
            VectorSums.Add(
                Row(first, count, 0) + k,
                Row(first, count, Lanes) + k,
                Row(first, count, 2 * Lanes) + k,
                Row(first, count, 3 * Lanes) + k,
                row,
                x + k,
                0,
                depth,
                default,
                sums
            );
            for (var output = 0; output < count; output += Lanes)
            {
                Take(sums + output, totals + output, k > 0 || shape.Accumulate);
            }
        }
    }

    // The last eight begin earlier where fewer outputs are left, and make some anew.
    private static int Place(int output, int count) =>
        output < count / Lanes * Lanes ? output : output + Lanes - count % Lanes;

    private float* Row(long first, int count, int output) =>
        (float*)b + (first + Math.Min(output, count - Lanes)) * shape.BColumn;

    private static void Take(float* sums, float* totals, bool add)
    {
        var sum = Vector256.Load(sums);
        (add ? Vector256.Load(totals) + sum : sum).Store(totals);
    }
}
