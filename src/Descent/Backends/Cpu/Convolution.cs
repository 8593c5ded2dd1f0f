using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Two-dimensional convolutions (cross-correlations, as in all networks) of float or double in plain NCHW, and their gradients.</summary>
/// <remarks>
/// All three are matrix products whose large operand is never stored: panels of it are made from the input as the
/// product needs them. Orders of summation, functions of the shape only:
/// <list type="bullet">
/// <item>forward: over (c, r, s) in blocks of 384 as in <see cref="MatrixProduct"/>; a picture has the bits that it has alone;</item>
/// <item>input gradient: over the output channels as in <see cref="MatrixProduct"/>, then over (r, s) in order; or over r and
/// then s where <c>ShiftedBackwardData</c> pays; or as a forward convolution over (k, r, s) where
/// <see cref="FlippedFilters"/> pay, or <c>GroupedBackwardData</c>;</item>
/// <item>weight gradient: over the pixels in blocks of whole rows or whole pictures, over the blocks of a fixed group of pictures
/// in order, then over the groups in order; or over the pixels in 16 lanes where <c>PixelBackwardWeight</c>
/// or <c>GroupedBackwardWeight</c> pays;</item>
/// <item>3×3 and 5×5 filters in float: between Winograd's transforms, where <see cref="WinogradTiles"/> and
/// <see cref="WinogradFiveTiles"/> pay;</item>
/// <item>bias gradient: see <see cref="ChannelSum"/>.</item>
/// </list>
/// </remarks>
internal static unsafe class Convolution
{
    /// <summary>y = epilogue(x ∗ w), its rows output channels; <paramref name="weights"/> is the storage of w alone, where there is one.</summary>
    public static void Forward<TElement, TEpilogue>(
        in ConvolutionShape shape,
        TElement* x,
        TElement* w,
        TElement* y,
        in TEpilogue epilogue,
        Storage? weights = null
    )
        where TElement : unmanaged
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Forward<Vector512Ops<TElement>, Vector512<TElement>, TElement, TEpilogue>(
                shape,
                x,
                w,
                y,
                epilogue,
                weights
            );
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Forward<Vector256Ops<TElement>, Vector256<TElement>, TElement, TEpilogue>(
                shape,
                x,
                w,
                y,
                epilogue,
                weights
            );
        }
        else
        {
            Forward<Vector128Ops<TElement>, Vector128<TElement>, TElement, TEpilogue>(
                shape,
                x,
                w,
                y,
                epilogue,
                weights
            );
        }
    }

    /// <summary>dx = the gradient of the input, from that of the output.</summary>
    public static void BackwardData<TElement>(in ConvolutionShape shape, TElement* dy, TElement* w, TElement* dx)
        where TElement : unmanaged
    {
        if (Vector512.IsHardwareAccelerated)
        {
            BackwardData<Vector512Ops<TElement>, Vector512<TElement>, TElement>(shape, dy, w, dx);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            BackwardData<Vector256Ops<TElement>, Vector256<TElement>, TElement>(shape, dy, w, dx);
        }
        else
        {
            BackwardData<Vector128Ops<TElement>, Vector128<TElement>, TElement>(shape, dy, w, dx);
        }
    }

    /// <summary>dw = the gradient of the weights, summed over the batch.</summary>
    public static void BackwardWeight<TElement>(in ConvolutionShape shape, TElement* x, TElement* dy, TElement* dw)
        where TElement : unmanaged
    {
        if (Vector512.IsHardwareAccelerated)
        {
            BackwardWeight<Vector512Ops<TElement>, Vector512<TElement>, TElement>(shape, x, dy, dw);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            BackwardWeight<Vector256Ops<TElement>, Vector256<TElement>, TElement>(shape, x, dy, dw);
        }
        else
        {
            BackwardWeight<Vector128Ops<TElement>, Vector128<TElement>, TElement>(shape, x, dy, dw);
        }
    }

    /// <summary>db = the gradient of the bias: dy summed over pictures and pixels.</summary>
    public static void BackwardBias<TElement>(in ConvolutionShape shape, TElement* dy, TElement* db)
        where TElement : unmanaged => ChannelSum.Run(shape.N, shape.K, shape.OutputPlane, dy, db);

    /// <summary><see cref="Forward{TElement, TEpilogue}"/> at a given vector width; the columns of the epilogue mean nothing.</summary>
    public static void Forward<TOps, TVector, TElement, TEpilogue>(
        in ConvolutionShape shape,
        TElement* x,
        TElement* w,
        TElement* y,
        in TEpilogue epilogue,
        Storage? weights = null
    )
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        if (shape.N * (long)shape.K * shape.OutputPlane == 0)
        {
            return;
        }

        if (Pointwise.Skips(shape))
        {
            using var copy = new Scratch(Pointwise.DenseLength(shape) * sizeof(TElement));
            var dense = (TElement*)copy.Pointer;
            Pointwise.Gather(shape, x, dense);
            Forward<TOps, TVector, TElement, TEpilogue>(Pointwise.Dense(shape), dense, w, y, epilogue);
            return;
        }

        if (Pointwise.Pays(shape))
        {
            MatrixProduct.Run<TOps, TVector, TElement, TEpilogue>(Pointwise.Forward(shape), w, x, y, epilogue);
            return;
        }

        if (WinogradGroups<TOps, TVector, TElement>.Pay(shape))
        {
            WinogradGroups<TOps, TVector, TElement>.Forward(shape, x, w, y, epilogue);
            return;
        }

        if (typeof(TElement) == typeof(float) && WinogradTiles.Pay(shape))
        {
            WinogradGroups<TOps, TVector, TElement>.One(shape, false, x, w, y, epilogue, weights);
            return;
        }

        if (typeof(TElement) == typeof(float) && WinogradFiveTiles.Pay(shape))
        {
            WinogradFiveForward<TOps, TVector, TElement, TEpilogue>.Run(shape, x, w, y, epilogue);
            return;
        }

        if (shape.IsDepthwise)
        {
            var depthwise = new DepthwiseForward<TOps, TVector, TElement, TEpilogue>(shape, x, w, y, epilogue);
            WorkSplitter.For(depthwise.Tasks, Math.Max(1, 16384 / shape.OutputPlane), depthwise);
            return;
        }

        if (GroupPlanes.Pay(shape))
        {
            GroupedForward<TOps, TVector, TElement, TEpilogue>.Run(shape, x, w, y, epilogue);
            return;
        }

        using var scratch = new Scratch(shape.Taps * sizeof(int));
        var tapOffsets = (int*)scratch.Pointer;
        if (shape.Taps > 0 && ShiftedPlanes.Pay(shape))
        {
            var direct = new ShiftedForward<TOps, TVector, TElement, TEpilogue>(shape, x, w, y, tapOffsets, epilogue);
            WorkSplitter.For(direct.Tasks, 1, direct);
            return;
        }

        var work = new ConvolutionForward<TOps, TVector, TElement, TEpilogue>(shape, x, w, y, tapOffsets, epilogue);
        WorkSplitter.For(work.Tasks, 1, work);
    }

    /// <summary><see cref="BackwardData{TElement}"/> at a given vector width.</summary>
    public static void BackwardData<TOps, TVector, TElement>(
        in ConvolutionShape shape,
        TElement* dy,
        TElement* w,
        TElement* dx
    )
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
    {
        var elements = (long)shape.N * shape.C * shape.H * shape.W;
        if (elements == 0 || shape.OutputPlane == 0 || shape.K == 0)
        {
            NativeMemory.Clear(dx, (nuint)(elements * sizeof(TElement)));
            return;
        }

        if (Pointwise.Skips(shape))
        {
            using var copy = new Scratch(Pointwise.DenseLength(shape) * sizeof(TElement));
            var dense = (TElement*)copy.Pointer;
            BackwardData<TOps, TVector, TElement>(Pointwise.Dense(shape), dy, w, dense);
            Pointwise.Scatter(shape, dense, dx);
            return;
        }

        if (Pointwise.Pays(shape))
        {
            var product = Pointwise.BackwardData(shape);
            MatrixProduct.Run<TOps, TVector, TElement, NoEpilogue<TElement>>(product, w, dy, dx, default);
            return;
        }

        if (typeof(TElement) == typeof(float) && WinogradFiveBackwardData<TOps, TVector, TElement>.Pays(shape))
        {
            WinogradFiveBackwardData<TOps, TVector, TElement>.Run(shape, dy, w, dx);
            return;
        }

        if (WinogradGroups<TOps, TVector, TElement>.PayFlipped(shape))
        {
            WinogradGroups<TOps, TVector, TElement>.BackwardData(shape, dy, w, dx);
            return;
        }

        if (
            FlippedFilters.Pay(shape)
            && typeof(TElement) == typeof(float)
            && WinogradTiles.Pay(FlippedFilters.Shape(shape))
        )
        {
            var back = FlippedFilters.Shape(shape);
            WinogradGroups<TOps, TVector, TElement>.One(back, true, dy, w, dx, default(NoEpilogue<TElement>));
            return;
        }

        if (FlippedFilters.Pay(shape) || (typeof(TElement) == typeof(float) && WinogradFiveTiles.PayFlipped(shape)))
        {
            using var scratch = new Scratch((long)shape.K * shape.Taps * sizeof(TElement));
            var flipped = (TElement*)scratch.Pointer;
            FlippedFilters.Make(shape, w, flipped);
            Forward<TOps, TVector, TElement, NoEpilogue<TElement>>(
                FlippedFilters.Shape(shape),
                dy,
                flipped,
                dx,
                default
            );
            return;
        }

        if (GroupPlanes.Pay(shape))
        {
            GroupedBackwardData<TOps, TVector, TElement>.Run(shape, dy, w, dx);
            return;
        }

        if (shape.IsDepthwise)
        {
            var depthwise = new DepthwiseBackwardData<TOps, TVector, TElement>(shape, dy, w, dx);
            WorkSplitter.For(depthwise.Tasks, Math.Max(1, 16384 / shape.OutputPlane), depthwise);
            return;
        }

        if (ShiftedBackwardData<TOps, TVector, TElement>.Pays(shape))
        {
            var weights = (long)shape.K * shape.Taps;
            var masksLength = ShiftedBackwardData<TOps, TVector, TElement>.MasksLength(shape);
            using var scratch = new Scratch((weights + masksLength) * sizeof(TElement));
            var packed = (TElement*)scratch.Pointer;
            var masks = packed + weights;
            ShiftedBackwardData<TOps, TVector, TElement>.PackWeights(shape, w, packed);
            ShiftedBackwardData<TOps, TVector, TElement>.MakeMasks(shape, masks);
            var direct = new ShiftedBackwardData<TOps, TVector, TElement>(shape, dy, packed, masks, dx);
            WorkSplitter.For(direct.Tasks, 1, direct);
            return;
        }

        var work = new ConvolutionBackwardData<TOps, TVector, TElement>(shape, dy, w, dx);
        WorkSplitter.For(work.Tasks, 1, work);
    }

    /// <summary><see cref="BackwardWeight{TElement}"/> at a given vector width.</summary>
    public static void BackwardWeight<TOps, TVector, TElement>(
        in ConvolutionShape shape,
        TElement* x,
        TElement* dy,
        TElement* dw
    )
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
    {
        var weights = (long)shape.K * shape.Taps;
        if (weights == 0 || shape.N == 0 || shape.OutputPlane == 0)
        {
            NativeMemory.Clear(dw, (nuint)(weights * sizeof(TElement)));
            return;
        }

        if (Pointwise.Skips(shape))
        {
            using var copy = new Scratch(Pointwise.DenseLength(shape) * sizeof(TElement));
            var dense = (TElement*)copy.Pointer;
            Pointwise.Gather(shape, x, dense);
            BackwardWeight<TOps, TVector, TElement>(Pointwise.Dense(shape), dense, dy, dw);
            return;
        }

        if (Pointwise.Swaps(shape))
        {
            using var copy = new Scratch(weights * sizeof(TElement));
            var swapped = (TElement*)copy.Pointer;
            BackwardWeight<TOps, TVector, TElement>(Pointwise.Swapped(shape), dy, x, swapped);
            Transpose.Run(swapped, shape.K, shape.C, shape.K, dw, shape.C);
            return;
        }

        if (WinogradGroups<TOps, TVector, TElement>.Pay(shape))
        {
            WinogradGroups<TOps, TVector, TElement>.BackwardWeight(shape, x, dy, dw);
            return;
        }

        if (typeof(TElement) == typeof(float) && WinogradFiveBackwardWeight<TOps, TVector, TElement>.Pays(shape))
        {
            WinogradFiveBackwardWeight<TOps, TVector, TElement>.Run(shape, x, dy, dw);
            return;
        }

        var winograd = typeof(TElement) == typeof(float) && WinogradTiles.Pay(shape);
        var isGrouped = shape.Groups > 1 && PixelBackwardWeight<TOps, TVector, TElement>.Pays(shape);
        var groups =
            isGrouped ? GroupedBackwardWeight<TOps, TVector, TElement>.Parts(shape)
            : winograd ? WinogradBackwardWeight<TOps, TVector, TElement>.Groups(shape)
            : ConvolutionBackwardWeight<TOps, TVector, TElement>.PictureGroups(shape);
        var isOrdered = groups == 1 && shape.R * shape.S == 1;
        using var scratch = isOrdered ? default : new Scratch(groups * weights * sizeof(TElement));
        var sums = isOrdered ? dw : (TElement*)scratch.Pointer;
        if (isGrouped)
        {
            var grouped = new GroupedBackwardWeight<TOps, TVector, TElement>(shape, x, dy, sums);
            WorkSplitter.For(grouped.Tasks, 1, grouped);
        }
        else if (PixelBackwardWeight<TOps, TVector, TElement>.Pays(shape))
        {
            var pictures = ConvolutionBackwardWeight<TOps, TVector, TElement>.PicturesPerGroup(shape);
            var direct = new PixelBackwardWeight<TOps, TVector, TElement>(shape, x, dy, sums, pictures);
            WorkSplitter.For(direct.Tasks, 1, direct);
        }
        else if (winograd)
        {
            var work = new WinogradBackwardWeight<TOps, TVector, TElement>(shape, x, dy, sums);
            WorkSplitter.For(work.Tasks, 1, work);
        }
        else
        {
            var work = new ConvolutionBackwardWeight<TOps, TVector, TElement>(shape, x, dy, sums);
            WorkSplitter.For(work.Tasks, 1, work);
        }

        if (groups > 1)
        {
            var total = new PartialSum<TOps, TVector, TElement>(sums, sums + weights, weights, groups - 1);
            WorkSplitter.For(weights, 16384, total);
        }

        if (isOrdered)
        {
            return;
        }

        var grain = Math.Max(1, 16384 / shape.Taps);
        WorkSplitter.For(shape.K, grain, new WeightReorder<TElement>(shape, sums, dw));
    }
}
