using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Bᵀ d B for a block of tiles of a convolution with 5×5 filters, as 36 matrices (input channels, tiles).</summary>
/// <remarks>
/// <code>
///   even rows of a plane, padded:   a b c d e f g h        plane s of these rows: what column s of each tile sees
///                                   └──────┘               s = 0: a c    s = 1: b d    s = 2: c e   …
///                                       └──────┘
/// </code>
/// Odd rows have planes of their own. So row r, column s of all tiles of a picture lie one behind the other, from row r / 2 of
/// a plane on, and vectors are whole whatever the width of the picture.
/// </remarks>
internal readonly unsafe struct WinogradFiveInput<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private const int Side = WinogradFiveTiles.Side;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly WinogradFiveTiles tiles;
    private readonly int planeLength;

    public WinogradFiveInput(in ConvolutionShape shape, TElement* x, in WinogradFiveTiles tiles)
    {
        this.shape = shape;
        this.x = x;
        this.tiles = tiles;
        // A vector may be read beyond the end.
        planeLength = ((tiles.Rows + 2) * tiles.Across + 16 + 15) / 16 * 16;
    }

    /// <summary>Elements that <see cref="Transform"/> needs as a workplace.</summary>
    public int WorkLength =>
        2 * Side * planeLength + LineLength + WinogradFiveTransform<TOps, TVector, TElement>.WorkLength;

    /// <summary>Elements from one matrix to the next, no multiple of the cache's period.</summary>
    public int Step => shape.C * tiles.Pitch + 16;

    // A row with its padding.
    private int LineLength => shape.W + 2 * shape.PaddingX;

    /// <summary>Transforms the tiles of some rows of some pictures; whole vectors, so that something is left behind the last tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Transform(int picture, int pictures, int row, int rows, TElement* work, TElement* to)
    {
        var planes = work + WinogradFiveTransform<TOps, TVector, TElement>.WorkLength;
        var line = planes + 2 * Side * planeLength;
        new Span<TElement>(line, LineLength).Clear();
        var count = rows * tiles.Across;
        for (var channel = 0; channel < shape.C; channel++)
        {
            var target = to + channel * tiles.Pitch;
            for (var n = picture; n < picture + pictures; n++, target += count)
            {
                Load(x + ((long)n * shape.C + channel) * shape.H * shape.W, 2 * row, 2 * rows + 4, line, planes);
                WinogradFiveTransform<TOps, TVector, TElement>.Input(
                    planes,
                    planeLength,
                    tiles.Across,
                    count,
                    work,
                    target,
                    Step
                );
            }
        }
    }

    // Rows of a plane from the first on, counted with the padding.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Load(TElement* from, int first, int count, TElement* line, TElement* planes)
    {
        for (var row = 0; row < count; row++)
        {
            var to = planes + row % 2 * Side * planeLength + row / 2 * tiles.Across;
            var y = first + row - shape.PaddingY;
            if (y < 0 || y >= shape.H)
            {
                for (var s = 0; s < Side; s++, to += planeLength)
                {
                    ShortCopy.Clear(to, tiles.Across);
                }

                continue;
            }

            var pixels = from + (long)y * shape.W;
            if (shape.PaddingX > 0)
            {
                ShortCopy.Run(pixels, line + shape.PaddingX, shape.W);
                pixels = line;
            }

            if (EvenOdd.IsSupported)
            {
                Spread((float*)pixels, (float*)to);
                continue;
            }

            for (var column = 0; column < tiles.Across; column++)
            {
                for (var s = 0; s < Side; s++)
                {
                    to[s * planeLength + column] = pixels[2 * column + s];
                }
            }
        }
    }

    // What four tiles see of a row at a time; the last step moves back to end with the row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Spread(float* pixels, float* to)
    {
        for (var column = 0; column < tiles.Across; column += 4)
        {
            var at = Math.Min(column, tiles.Across - 4);
            var from = pixels + 2 * at;
            var middle = Vector128.Load(from + 4);
            var (s0, s1) = EvenOdd.Split(Vector128.Load(from), middle);
            var (s4, s5) = EvenOdd.Split(middle, Vector128.Load(from + 8));
            var target = to + at;
            s0.Store(target);
            s1.Store(target + planeLength);
            Sse.Shuffle(s0, s4, 0b10_01_10_01).Store(target + 2 * planeLength);
            target += 3 * planeLength;
            Sse.Shuffle(s1, s5, 0b10_01_10_01).Store(target);
            s4.Store(target + planeLength);
            s5.Store(target + 2 * planeLength);
        }
    }
}
