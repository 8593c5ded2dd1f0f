namespace Descent.Layers;

/// <summary>A height and a width; one number means both.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct Size2d(int Height, int Width)
{
    /// <summary>The same height and width.</summary>
    public static implicit operator Size2d(int side) => new(side, side);

    /// <summary>A height and a width.</summary>
    public static implicit operator Size2d((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>The two numbers, or the one where they are equal.</summary>
    public override string ToString() => Height == Width ? $"{Height}" : $"({Height}, {Width})";

    internal void RequireAtLeast(int least, string layer, string name)
    {
        if (Height < least || Width < least)
        {
            throw new ArgumentOutOfRangeException(name, $"{layer}: {name} is {this}; it must be {least} or more.");
        }
    }
}
