namespace Descent.Microbenchmarks;

/// <summary>The shape of an input.</summary>
public record ShapeCase(params int[] Sizes)
{
    /// <summary>The sizes as a shape.</summary>
    public Shape Shape => Shape.Create(Sizes);

    /// <summary>The sizes, with x between them.</summary>
    public override string ToString() => string.Join('x', Sizes);
}
