using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Convolutions with filters of one element, which are matrix products of the planes as they are.</summary>
/// <remarks>
/// y[n] = w · x[n] and dx[n] = wᵀ · dy[n], with the sums of <see cref="MatrixProduct"/>. With a stride, what the filters see
/// is copied to planes without gaps first, and their gradient spread over zeros at the end.
/// </remarks>
internal static unsafe class Pointwise
{
    /// <summary>Whether a convolution is a product of planes that fill their vectors.</summary>
    public static bool Pays(in ConvolutionShape shape) =>
        Is(shape) && shape is { StrideY: 1, StrideX: 1, Groups: 1 } && ShiftedPlanes.Pay(shape);

    /// <summary>Whether filters of one element step over some of the input.</summary>
    public static bool Skips(in ConvolutionShape shape) => Is(shape) && shape is not { StrideY: 1, StrideX: 1 };

    /// <summary>The convolution without the pixels that the filters step over.</summary>
    public static ConvolutionShape Dense(in ConvolutionShape shape) =>
        new(
            (shape.N, shape.C, shape.OutputHeight, shape.OutputWidth),
            (shape.K, 1, 1),
            (1, 1),
            (0, 0),
            (1, 1),
            shape.Groups
        );

    /// <summary>Whether the weights' gradient is better made with input and output in each other's place: what turns its channels innermost then has fewer of them. The sums are the same.</summary>
    public static bool Swaps(in ConvolutionShape shape) =>
        Is(shape) && shape is { StrideY: 1, StrideX: 1, Groups: 1, K: >= 24 } && shape.K < shape.C && shape.C % 8 == 0;

    /// <summary>The convolution with input and output in each other's place.</summary>
    public static ConvolutionShape Swapped(in ConvolutionShape shape) =>
        new((shape.N, shape.K, shape.H, shape.W), (shape.C, 1, 1), (1, 1), (0, 0), (1, 1), 1);

    /// <summary>Elements of the input that the filters see.</summary>
    public static long DenseLength(in ConvolutionShape shape) => shape.N * shape.C * shape.OutputPlane;

    /// <summary>Copies what the filters see.</summary>
    public static void Gather<TElement>(in ConvolutionShape shape, TElement* x, TElement* dense)
        where TElement : unmanaged =>
        WorkSplitter.For((long)shape.N * shape.C, Grain(shape), new GatherBody<TElement>(shape, x, dense));

    /// <summary>Spreads over the input what belongs to the pixels that the filters see; the others are zero.</summary>
    public static void Scatter<TElement>(in ConvolutionShape shape, TElement* dense, TElement* x)
        where TElement : unmanaged =>
        WorkSplitter.For((long)shape.N * shape.C, Grain(shape), new ScatterBody<TElement>(shape, dense, x));

    /// <summary>The product of the forward pass.</summary>
    public static ProductShape Forward(in ConvolutionShape shape) =>
        Product(shape, shape.K, shape.C) with
        {
            ARow = shape.C,
            AColumn = 1,
        };

    /// <summary>The product of the input's gradient.</summary>
    public static ProductShape BackwardData(in ConvolutionShape shape) =>
        Product(shape, shape.C, shape.K) with
        {
            ARow = 1,
            AColumn = shape.C,
        };

    private static ProductShape Product(in ConvolutionShape shape, int rows, int depth) =>
        new()
        {
            Rows = rows,
            Columns = shape.OutputPlane,
            Depth = depth,
            Batches = shape.N,
            BRow = shape.OutputPlane,
            BColumn = 1,
            CRow = shape.OutputPlane,
            BBatch = depth * shape.OutputPlane,
            CBatch = rows * shape.OutputPlane,
        };

    private static bool Is(in ConvolutionShape shape) => shape is { R: 1, S: 1, PaddingY: 0, PaddingX: 0 };

    private static long Grain(in ConvolutionShape shape) => Math.Max(1, 16384 / Math.Max(1, shape.H * shape.W));

    private readonly struct GatherBody<TElement>(ConvolutionShape shape, TElement* x, TElement* dense) : IRangeBody
        where TElement : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            var (width, to) = (shape.OutputWidth, start * shape.OutputPlane);
            for (var plane = start; plane < end; plane++)
            {
                var from = x + plane * shape.H * shape.W;
                for (var row = 0; row < shape.OutputHeight; row++, to += width)
                {
                    StridedRow.Gather(from + row * shape.StrideY * shape.W, shape.StrideX, dense + to, width);
                }
            }
        }
    }

    private readonly struct ScatterBody<TElement>(ConvolutionShape shape, TElement* dense, TElement* x) : IRangeBody
        where TElement : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            var from = dense + start * shape.OutputPlane;
            for (var plane = start; plane < end; plane++)
            {
                var to = x + plane * shape.H * shape.W;
                for (var row = 0; row < shape.H; row++, to += shape.W)
                {
                    if (row % shape.StrideY != 0)
                    {
                        new Span<TElement>(to, shape.W).Clear();
                        continue;
                    }

                    StridedRow.Scatter(from, shape.OutputWidth, to, shape.StrideX, shape.W);
                    from += shape.OutputWidth;
                }
            }
        }
    }
}
