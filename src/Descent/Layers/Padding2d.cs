using Descent.Backends;

namespace Descent.Layers;

/// <summary>Rows and columns added around a picture; one number means every side, two the rows above and below and the columns left and right.</summary>
/// <param name="Top">Rows added above.</param>
/// <param name="Bottom">Rows added below.</param>
/// <param name="Left">Columns added on the left.</param>
/// <param name="Right">Columns added on the right.</param>
public readonly record struct Padding2d(int Top, int Bottom, int Left, int Right)
{
    /// <summary>As much as makes the output ⌈H / stride⌉ rows high, and as wide: as large as the input where the stride is 1.</summary>
    /// <remarks>
    /// <b>Formula</b>: max(0, (⌈H / stride⌉ − 1)·stride + dilation·(kernelSize − 1) + 1 − H) rows, the odd one at the bottom; so for
    /// columns. At stride 1 this is PyTorch's <c>padding='same'</c>, at larger ones TensorFlow's <c>SAME</c>.
    /// </remarks>
    public static Padding2d Same { get; } = new() { IsSame = true };

    /// <summary>Whether the numbers follow from the size of the input.</summary>
    public bool IsSame { get; private init; }

    /// <summary>The same number on every side.</summary>
    public static implicit operator Padding2d(int width) => new(width, width, width, width);

    /// <summary>Rows above and below, and columns left and right.</summary>
    public static implicit operator Padding2d((int Height, int Width) size) => (Size2d)size;

    /// <summary>Rows above and below, and columns left and right.</summary>
    public static implicit operator Padding2d(Size2d size) => new(size.Height, size.Height, size.Width, size.Width);

    /// <summary>A number for each side.</summary>
    public static implicit operator Padding2d((int Top, int Bottom, int Left, int Right) sides) =>
        new(sides.Top, sides.Bottom, sides.Left, sides.Right);

    /// <summary>As short as it can be said.</summary>
    public override string ToString() =>
        IsSame ? "same"
        : Top == Bottom && Left == Right ? new Size2d(Top, Left).ToString()
        : $"({Top}, {Bottom}, {Left}, {Right})";

    internal void RequireAtLeastZero(string layer, string name)
    {
        if (Math.Min(Math.Min(Top, Bottom), Math.Min(Left, Right)) < 0)
        {
            throw new ArgumentOutOfRangeException(
                name,
                $"{layer}: {name} is {this}; it must be 0 or more on every side."
            );
        }
    }

    /// <summary>The numbers for a picture of a size and what slides over it.</summary>
    internal Padding2d For(int height, int width, in Window2d window)
    {
        if (!IsSame)
        {
            return this;
        }

        var rows = Missing(height, window.KernelHeight, window.StrideY, window.DilationY);
        var columns = Missing(width, window.KernelWidth, window.StrideX, window.DilationX);
        return new(rows / 2, rows - rows / 2, columns / 2, columns - columns / 2);
    }

    private static int Missing(int size, int kernel, int stride, int dilation)
    {
        var places = (size + stride - 1) / stride;
        return Math.Max(0, (places - 1) * stride + dilation * (kernel - 1) + 1 - size);
    }
}
