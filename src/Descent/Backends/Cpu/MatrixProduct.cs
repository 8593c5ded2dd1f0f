using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Matrix products of float or double, in batches, with any strides of the two operands.</summary>
/// <remarks>
/// <para>Order of summation: the depth is cut into blocks of <see cref="DepthBlock"/>; within a block an element's
/// products are added one after another by fused multiply-adds, starting from zero; the block sums are added in order (to
/// what C holds, when accumulating). The order is the same for every shape, width and number of threads, so a row of
/// a batch has the bits that it has alone.</para>
/// </remarks>
internal static unsafe class MatrixProduct
{
    /// <summary>Length of the blocks of the inner dimension; part of the results' definition.</summary>
    public const int DepthBlock = 384;

    // Products of a single row that are worth a thread: they wait for the matrix to come from memory.
    private const long GrainOfRow = 1 << 18;

    /// <summary>C = A · B, or C += A · B.</summary>
    public static void Run<TElement>(in ProductShape shape, TElement* a, TElement* b, TElement* c)
        where TElement : unmanaged => Run(shape, a, b, c, default(NoEpilogue<TElement>));

    /// <summary>C = epilogue(A · B), or C = epilogue(C + A · B).</summary>
    public static void Run<TElement, TEpilogue>(
        in ProductShape shape,
        TElement* a,
        TElement* b,
        TElement* c,
        in TEpilogue epilogue
    )
        where TElement : unmanaged
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<Vector512Ops<TElement>, Vector512<TElement>, TElement, TEpilogue>(shape, a, b, c, epilogue);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<Vector256Ops<TElement>, Vector256<TElement>, TElement, TEpilogue>(shape, a, b, c, epilogue);
        }
        else
        {
            Run<Vector128Ops<TElement>, Vector128<TElement>, TElement, TEpilogue>(shape, a, b, c, epilogue);
        }
    }

    /// <summary>The same at a given vector width.</summary>
    public static void Run<TOps, TVector, TElement, TEpilogue>(
        in ProductShape shape,
        TElement* a,
        TElement* b,
        TElement* c,
        in TEpilogue epilogue
    )
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        if (shape.Rows == 0 || shape.Columns == 0 || shape.Batches == 0)
        {
            return;
        }

        if (SingleRow<TElement, TEpilogue>.Fits(shape))
        {
            var row = new SingleRow<TElement, TEpilogue>(shape, (float*)a, (float*)b, (float*)c, epilogue);
            WorkSplitter.For(row.Groups, Math.Max(4, GrainOfRow / (8 * shape.Depth)), row);
            return;
        }

        var work = new ProductWork<TOps, TVector, TElement, TEpilogue>(shape, a, b, c, epilogue);
        WorkSplitter.For(work.Tasks, work.Grain, work);
    }
}
