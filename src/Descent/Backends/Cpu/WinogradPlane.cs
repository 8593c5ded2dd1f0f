using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Backends.Cpu;

/// <summary>Rows of a plane of even width with its padding, the even columns of each before the odd ones: what neighbouring tiles see lies side by side.</summary>
/// <remarks>
/// <code>
///   a row, padding 1:   0 a b c d 0   →   0 b d   a c 0       tiles see 0 a b c and b c d 0
/// </code>
/// </remarks>
internal readonly unsafe struct WinogradPlane(int height, int width, int paddingY, int paddingX)
{
    // What readers of whole vectors may take past the end.
    private const int Slack = 32;

    private readonly int half = width / 2 + paddingX;

    /// <summary>Elements from the even columns of a row to the odd ones, and from there to the next row.</summary>
    public int Pitch => (half + 15) / 16 * 16;

    /// <summary>Elements that some rows take.</summary>
    public int Length(int rows) => 2 * rows * Pitch + Slack;

    /// <summary>Where row <paramref name="r"/> and column <paramref name="s"/> of a tile lie, counted from its first element.</summary>
    public int PlaceOf(int r, int s) => (2 * r + s % 2) * Pitch + s / 2;

    /// <summary>Loads rows of a plane from <paramref name="first"/> on, counted with the padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load<TElement>(TElement* x, int first, int rows, TElement* to)
        where TElement : unmanaged
    {
        // With an odd padding the even columns of the picture are odd ones of the padded row.
        var evens = paddingX % 2 * Pitch + paddingX / 2;
        var odds = (paddingX + 1) % 2 * Pitch + (paddingX + 1) / 2;
        for (var row = 0; row < rows; row++, to += 2 * Pitch)
        {
            var y = first + row - paddingY;
            if (y < 0 || y >= height)
            {
                NativeMemory.Clear(to, (nuint)(2 * Pitch * sizeof(TElement)));
                continue;
            }

            for (var i = 0; i < paddingX; i++)
            {
                // The padded row's first and last columns.
                to[i % 2 * Pitch + i / 2] = default;
                to[(i + 1) % 2 * Pitch + half - 1 - i / 2] = default;
            }

            Split(x + (long)y * width, to + evens, to + odds);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Split<TElement>(TElement* row, TElement* evens, TElement* odds)
        where TElement : unmanaged
    {
        var count = width / 2;
        if (typeof(TElement) != typeof(float) || !EvenOdd.IsSupported || count < 4)
        {
            for (var i = 0; i < count; i++)
            {
                (evens[i], odds[i]) = (row[2 * i], row[2 * i + 1]);
            }
        }
        else if (count >= 8)
        {
            // The last step moves back to end with the row.
            for (var i = 0; i < count; i += 8)
            {
                var at = Math.Min(i, count - 8);
                var from = (float*)row + 2 * at;
                var (even, odd) = EvenOdd.Split(Vector256.Load(from), Vector256.Load(from + 8));
                even.Store((float*)evens + at);
                odd.Store((float*)odds + at);
            }
        }
        else
        {
            for (var i = 0; i < count; i += 4)
            {
                var at = Math.Min(i, count - 4);
                var from = (float*)row + 2 * at;
                var (even, odd) = EvenOdd.Split(Vector128.Load(from), Vector128.Load(from + 4));
                even.Store((float*)evens + at);
                odd.Store((float*)odds + at);
            }
        }
    }
}
