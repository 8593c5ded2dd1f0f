using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of a convolution's input by Winograd's F(2×2, 5×5), its forward pass turned round, as tasks: each makes all channels of some pictures.</summary>
/// <remarks>
/// <code>
///   dy → A dY Aᵀ     36 matrices (k, tile)
///            ↓
///   uᵀ →  products   36 matrices (c, tile), for some input channels at a time
///            ↓
///         B m Bᵀ → what each tile gives its 6×6 pixels, added where tiles overlap → rows of dx
/// </code>
/// As many products as the forward pass has, where a convolution with turned filters would have one for each pixel of a
/// larger picture. Order of summation: over the output channels between the transforms; then over the tiles that see a pixel,
/// those above before those below, left of it last.
/// </remarks>
internal readonly unsafe struct WinogradFiveBackwardData<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private const int Side = WinogradFiveTiles.Side;

    // Elements of one of the 36 matrices of a picture, of both sides.
    private const int MostElements = 4096;
    private const int LeastTogether = 12;

    private readonly ConvolutionShape shape;
    private readonly TElement* dy;
    private readonly TElement* u;
    private readonly TElement* dx;
    private readonly WinogradFiveTiles tiles;
    private readonly int together;
    private readonly int planeLength;
    private readonly int sumLength;
    private readonly int half;

    private WinogradFiveBackwardData(in ConvolutionShape shape, TElement* dy, TElement* u, TElement* dx)
    {
        this.shape = shape;
        this.dy = dy;
        this.u = u;
        this.dx = dx;
        together = Together(shape);
        tiles = new WinogradFiveTiles(shape, shape.K + together);
        half = tiles.Across + 2;
        // Two rows of zeros before the tiles and behind them.
        planeLength = ((tiles.Down + 4) * tiles.Across + 16 + 15) / 16 * 16;
        sumLength = ((tiles.Down + 2) * tiles.Across + 32 + 15) / 16 * 16;
    }

    // The even columns of a row, or the odd ones, with room for whole vectors.
    private int LineLength => (half + 15) / 16 * 16;

    /// <summary>As <see cref="WinogradFiveTiles.Pay"/>, and whether whole pictures stay in the cache.</summary>
    public static bool Pays(in ConvolutionShape shape) =>
        WinogradFiveTiles.Pay(shape) && Together(shape) >= LeastTogether;

    /// <summary>dx, the gradient.</summary>
    public static void Run(in ConvolutionShape shape, TElement* dy, TElement* w, TElement* dx)
    {
        using var filters = WinogradFiveFilters<TOps, TVector, TElement>.Of(shape, w);
        var work = new WinogradFiveBackwardData<TOps, TVector, TElement>(shape, dy, (TElement*)filters.Pointer, dx);
        WorkSplitter.For(work.tiles.Blocks, 1, work);
    }

    // Channels of the input whose products fit beside the transformed slopes.
    private static int Together(in ConvolutionShape shape)
    {
        var fit = (int)(MostElements / (shape.OutputPlane / 4)) - shape.K;
        return Math.Min(Math.Min(fit, shape.C), WinogradFiveTiles.ChannelsTogether);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var pitch = tiles.Pitch;
        var (slopeStep, productStep) = (shape.K * pitch + 16, together * pitch + 16);
        var foldLength = 16 + 2 * Side * sumLength + 5 * LineLength;
        var length = WinogradFiveTiles.Products * ((long)slopeStep + productStep + planeLength) + foldLength;
        length += 4 * pitch + WinogradFiveTransform<TOps, TVector, TElement>.WorkLength;
        using var scratch = new Scratch(length * sizeof(TElement));
        var slopes = (TElement*)scratch.Pointer;
        var products = slopes + WinogradFiveTiles.Products * slopeStep;
        var planes = products + WinogradFiveTiles.Products * productStep;
        var fold = planes + WinogradFiveTiles.Products * planeLength + 16;
        var masks = fold + 2 * Side * sumLength + 2 * LineLength;
        var pixels = fold - 16 + foldLength;
        var work = pixels + 4 * pitch;
        new Span<TElement>(planes, WinogradFiveTiles.Products * planeLength).Clear();
        MakeMasks(masks);
        for (var block = start; block < end; block++)
        {
            var (picture, pictures, _, _) = tiles.Block(block);
            Transform(picture, pictures, pixels, slopes, slopeStep);
            int channels;
            for (var c = 0; c < shape.C; c += channels)
            {
                channels = Math.Min(together, shape.C - c);
                WinogradFiveProducts<TOps, TVector, TElement>.Run(
                    (channels, pictures * tiles.Down * tiles.Across, shape.K),
                    u + c,
                    (WinogradFiveFilters<TOps, TVector, TElement>.MatrixLength(shape), 1, shape.C),
                    slopes,
                    (slopeStep, pitch),
                    products,
                    (productStep, pitch),
                    false
                );
                Finish(picture, pictures, c, channels, products, productStep, planes, fold, masks, work);
            }
        }
    }

    // Which columns of a line lie within the tiles of a plane that is moved by none, one or two.
    private void MakeMasks(TElement* masks)
    {
        new Span<TElement>(masks, 3 * LineLength).Clear();
        for (var move = 0; move < 3; move++)
        {
            new Span<byte>(masks + move * LineLength + move, tiles.Across * sizeof(TElement)).Fill(byte.MaxValue);
        }
    }

    // The even and the odd pixels of even and odd rows, then A dY Aᵀ.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(int picture, int pictures, TElement* pixels, TElement* slopes, int step)
    {
        var (pitch, width) = (tiles.Pitch, shape.OutputWidth);
        var count = pictures * tiles.Down * tiles.Across;
        for (var k = 0; k < shape.K; k++, slopes += pitch)
        {
            var to = (float*)pixels;
            for (var n = picture; n < picture + pictures; n++)
            {
                var from = (float*)(dy + ((long)n * shape.K + k) * shape.OutputPlane);
                for (var row = 0; row < tiles.Down; row++, from += 2 * width, to += tiles.Across)
                {
                    EvenOdd.SplitFours(from, tiles.Across, to, to + pitch);
                    EvenOdd.SplitFours(from + width, tiles.Across, to + 2 * pitch, to + 3 * pitch);
                }
            }

            WinogradFiveTransform<TOps, TVector, TElement>.OutputGradient(
                pixels,
                pitch,
                2 * pitch,
                count,
                slopes,
                step
            );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(
        int picture,
        int pictures,
        int channel,
        int channels,
        TElement* products,
        int step,
        TElement* planes,
        TElement* fold,
        TElement* masks,
        TElement* work
    )
    {
        var count = tiles.Down * tiles.Across;
        for (var c = 0; c < channels; c++)
        {
            for (var i = 0; i < pictures; i++)
            {
                WinogradFiveTransform<TOps, TVector, TElement>.InputGradient(
                    products + c * tiles.Pitch + i * count,
                    step,
                    count,
                    work,
                    planes + 2 * tiles.Across,
                    planeLength
                );
                FoldRows(planes, fold);
                var plane = ((long)(picture + i) * shape.C + channel + c) * shape.H * shape.W;
                FoldColumns((float*)fold, (float*)masks, (float*)(dx + plane));
            }
        }
    }

    // sum[r mod 2, s] = Σ over r of plane[r, s], moved down by r / 2.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FoldRows(TElement* planes, TElement* sums)
    {
        var (end, row, pair) = ((tiles.Down + 2) * tiles.Across, tiles.Across, 2L * Side * planeLength);
        for (var plane = 0; plane < 2 * Side; plane++, planes += planeLength, sums += sumLength)
        {
            for (var i = 0; i < end; i += TOps.Count)
            {
                var from = planes + i;
                var sum = TOps.Add(TOps.Load(from + 2 * row), TOps.Load(from + pair + row));
                TOps.Store(sums + i, TOps.Add(sum, TOps.Load(from + 2 * pair)));
            }
        }
    }

    // The even columns of a row are the sums of the even planes, moved right by s / 2; the odd ones those of the odd planes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FoldColumns(float* sums, float* masks, float* to)
    {
        var evens = masks - 2 * LineLength;
        var odds = evens + LineLength;
        var isEven = shape.PaddingX % 2 == 0;
        var left = (isEven ? evens : odds) + shape.PaddingX / 2;
        var right = (isEven ? odds : evens) + (shape.PaddingX + 1) / 2;
        for (var y = 0; y < shape.H; y++, to += shape.W)
        {
            var row = y + shape.PaddingY;
            var from = sums + row % 2 * Side * sumLength + row / 2 * tiles.Across;
            for (var i = 0; i < half; i += 8)
            {
                Line(from + i, masks + i).Store(evens + i);
                Line(from + sumLength + i, masks + i).Store(odds + i);
            }

            EvenOdd.JoinFours(left, right, shape.W / 2, to);
        }
    }

    // Rows are short: half a vector does.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Line(float* from, float* masks)
    {
        var first = Vector256.Load(from) & Vector256.Load(masks);
        from += 2 * sumLength - 1;
        var second = Vector256.Load(from) & Vector256.Load(masks + LineLength);
        from += 2 * sumLength - 1;
        return first + second + (Vector256.Load(from) & Vector256.Load(masks + 2 * LineLength));
    }
}
