namespace Descent.Tests.Tensors;

public class ShapeTests
{
    [Fact]
    public void Knows_its_sizes()
    {
        Shape shape = [2, 3, 4];

        Assert.Equal(3, shape.Rank);
        Assert.Equal(24, shape.Count);
        Assert.Equal(2, shape[0]);
        Assert.Equal(4, shape[^1]);
        Assert.Equal([2, 3, 4], shape.ToArray());
        Assert.Equal([2, 3, 4], shape.ToList());
        Assert.Equal("(2, 3, 4)", shape.ToString());
        Assert.Equal("()", new Shape().ToString());
        Assert.Equal(1, new Shape().Count);
        Assert.Equal(0, new Shape(3, 0, 5).Count);
    }

    [Fact]
    public void Equal_sizes_are_equal_shapes()
    {
        Shape shape = [2, 3];

        Assert.True(shape == new Shape(2, 3));
        Assert.True(shape != new Shape(3, 2));
        Assert.False(shape.Equals(new Shape(2, 3, 1)));
        Assert.False(shape.Equals("(2, 3)"));
        Assert.Equal(shape.GetHashCode(), new Shape(2, 3).GetHashCode());
    }

    [Fact]
    public void Axes_are_changed_in_copies()
    {
        Shape shape = [2, 3, 4];

        Assert.Equal(new Shape(2, 3, 9), shape.With(^1, 9));
        Assert.Equal(new Shape(2, 4), shape.Without(1));
        Assert.Equal(new Shape(7, 2, 3, 4), shape.Insert(0, 7));
        Assert.Equal(new Shape(2, 3, 4, 7), shape.Insert(^0, 7));
        Assert.Equal(new Shape(2, 3, 7, 4), shape.Insert(^1, 7));
        Assert.Equal(new Shape(2, 3, 4), shape);
    }

    [Theory]
    [InlineData(new[] { 2, 3 }, new[] { 3 }, new[] { 2, 3 })]
    [InlineData(new[] { 2, 1, 4 }, new[] { 3, 1 }, new[] { 2, 3, 4 })]
    [InlineData(new int[0], new[] { 5 }, new[] { 5 })]
    [InlineData(new[] { 1 }, new[] { 0 }, new[] { 0 })]
    public void Broadcast_stretches_ones(int[] left, int[] right, int[] expected)
    {
        Assert.Equal(new Shape(expected), Shape.Broadcast(new Shape(left), new Shape(right)));
        Assert.Equal(new Shape(expected), Shape.Broadcast(new Shape(right), new Shape(left)));
    }

    [Fact]
    public void Misfits_are_refused()
    {
        Misuse.Throws<ShapeException>(() => new Shape(1, 2, 3, 4, 5, 6, 7, 8, 9), "at most 8 axes", "9 were given");
        Misuse.Throws<ShapeException>(() => new Shape(2, -1), "axis 1 is -1");
        Misuse.Throws<ShapeException>(() => new Shape(2, 3)[2], "Axis 2", "(2, 3)");
        Misuse.Throws<ShapeException>(
            () => Shape.Broadcast([2, 3], [2, 4]),
            "(2, 3) and (2, 4)",
            "3 and 4 differ at axis 1"
        );
        Assert.Throws<OverflowException>(() => new Shape(1 << 30, 1 << 30, 1 << 30));
    }
}
