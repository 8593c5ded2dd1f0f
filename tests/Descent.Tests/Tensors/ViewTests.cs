namespace Descent.Tests.Tensors;

/// <summary>Views share memory with the tensor that they are of.</summary>
public class ViewTests
{
    private static readonly Tensor Cube = Tensor.Arange(24).Reshape(2, 3, 4);

    public static IEnumerable<TheoryDataRow<string, Func<Tensor, Tensor>>> Views =>
        [
            new("Reshape", x => x.Reshape(6, 4)),
            new("Flatten", x => x.Flatten()),
            new("Unsqueeze", x => x.Unsqueeze(1)),
            new("Squeeze", x => x[..1].Squeeze(0)),
            new("Transpose", x => x.Transpose()),
            new("Permute", x => x.Permute(2, 0, 1)),
            new("a range", x => x[.., 1..]),
            new("a step", x => x[.., .., new Slice(.., 2)]),
            new("a place", x => x[1]),
            new("BroadcastTo", x => x[.., ..1].BroadcastTo([2, 3, 4])),
            new("Split", x => x.Split(2, -1)[1]),
            new("Detach", x => x.Detach()),
            new("To its type", x => x.To(x.DType)),
            new("To its device", x => x.To(x.Device)),
        ];

    [Theory]
    [MemberData(nameof(Views))]
    public void Views_share_memory(string name, Func<Tensor, Tensor> view)
    {
        Assert.True(ReferenceEquals(Cube.View.Storage, view(Cube).View.Storage), name);
    }

    [Fact]
    public void Copies_do_not()
    {
        foreach (var copy in (Tensor[])[Cube.Clone(), Cube.Transpose().Reshape(24), Cube + 0, Cube.To(DType.Int32)])
        {
            Assert.False(ReferenceEquals(Cube.View.Storage, copy.View.Storage));
        }
    }

    [Fact]
    public void Slices_take_ranges_places_and_steps()
    {
        Assert.Equal([12L, 13, 14, 15], Cube[1, 0].ToArray<long>());
        Assert.Equal([23L], Cube[^1, ^1, ^1].ToArray<long>());
        Assert.Equal([5L, 6, 17, 18], Cube[.., 1, 1..3].ToArray<long>());
        Assert.Equal([0L, 3, 8, 11], Cube[0, new Slice(.., 2), new Slice(.., 3)].ToArray<long>());
        Assert.Equal([14L, 18, 22], Cube[1, .., 2].ToArray<long>());
        Assert.Equal(new Shape(1, 3, 0), Cube[1.., .., 4..].Shape);
        Assert.Equal(Cube.ToArray<long>(), Cube[[]].ToArray<long>());
        Assert.Equal([7L], Cube[0][1][^1..].ToArray<long>());
    }

    [Fact]
    public void Views_of_views_are_read_in_order()
    {
        var view = Cube.Permute(2, 0, 1)[new Slice(1.., 2), ^1];

        Assert.False(view.IsContiguous);
        Assert.Equal(new Shape(2, 3), view.Shape);
        Assert.Equal([13L, 17, 21, 15, 19, 23], view.ToArray<long>());
    }

    [Fact]
    public void Misfits_are_refused()
    {
        Misuse.Throws<ShapeException>(() => Cube[2], "Slice: 2 of axis 0", "size 2");
        Misuse.Throws<ShapeException>(() => Cube[.., 1..5], "Slice: 1..5 of axis 1", "size 3", "(2, 3, 4)");
        Misuse.Throws<ShapeException>(() => Cube[-1], "place -1 is negative", "^1");
        Misuse.Throws<ShapeException>(() => Cube[^0], "^0 is past the end");
        Misuse.Throws<ShapeException>(() => Cube[0, 0, 0, 0], "4 ranges", "3 axes");
        Misuse.Throws<ShapeException>(() => Cube[new Slice(.., 0)], "axis 0");
        Misuse.Throws<ShapeException>(() => Cube.Reshape(5, 5), "24 elements", "(2, 3, 4)", "(5, 5)");
        Misuse.Throws<ShapeException>(() => Cube.Reshape(-1, -1), "at most one size is −1");
        Misuse.Throws<ShapeException>(() => Cube.Reshape(5, -1), "(5, -1)");
        Misuse.Throws<ShapeException>(() => Cube.Squeeze(0), "Squeeze: axis 0", "size 2");
        Misuse.Throws<ShapeException>(() => Cube.Unsqueeze(5), "Unsqueeze: there is no place 5");
        Misuse.Throws<ShapeException>(() => Cube.Transpose(0, 3), "Axis 3", "3 axes");
        Misuse.Throws<ShapeException>(() => Cube.Permute(0, 1), "Permute: (0, 1)", "3 axes");
        Misuse.Throws<ShapeException>(() => Cube.Permute(0, 1, 1), "Permute: (0, 1, 1)");
        Misuse.Throws<ShapeException>(() => Cube.BroadcastTo([2, 3, 5]), "BroadcastTo: (2, 3, 4)", "(2, 3, 5)");
        Misuse.Throws<ShapeException>(() => Cube.BroadcastTo([3, 4]), "BroadcastTo: (2, 3, 4)", "(3, 4)");
        Misuse.Throws<ShapeException>(() => Cube.Split([1, 1], 1), "Split: the parts add up to 2", "size 3");
        Misuse.Throws<ShapeException>(() => Cube.Split([4], 1), "(2, 3, 4)");
    }
}
