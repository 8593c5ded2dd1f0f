namespace Descent.Layers;

/// <summary>Places added before and after a sequence; one number means both.</summary>
/// <param name="Before">Places added before the first.</param>
/// <param name="After">Places added behind the last.</param>
public readonly record struct Padding1d(int Before, int After)
{
    /// <summary>As much as makes the output ⌈L / stride⌉ long; the rule is that of <see cref="Padding2d.Same"/>.</summary>
    public static Padding1d Same { get; } = new() { IsSame = true };

    /// <summary>Whether the numbers follow from the length of the input.</summary>
    public bool IsSame { get; private init; }

    /// <summary>The same number at both ends.</summary>
    public static implicit operator Padding1d(int width) => new(width, width);

    /// <summary>A number for each end.</summary>
    public static implicit operator Padding1d((int Before, int After) ends) => new(ends.Before, ends.After);

    /// <summary>As short as it can be said.</summary>
    public override string ToString() =>
        IsSame ? "same"
        : Before == After ? $"{Before}"
        : $"({Before}, {After})";

    /// <summary>The same along rows and columns.</summary>
    internal Padding2d OnAllSides() => IsSame ? Padding2d.Same : new(Before, After, Before, After);
}
