namespace Descent.Tests.Ops;

public static partial class OpCases
{
    private static OpInput Cube => new([2, 3, 4]);
    private static OpInput Turned => new([3, 4], Layout: Layout.Transposed);

    private static IEnumerable<OpCase> Shaping() =>
        [
            Case("BroadcastTo: new and stretched axes", x => x.BroadcastTo([2, 3, 4]), new OpInput([3, 1])),
            Case("BroadcastTo: a scalar", x => x.BroadcastTo([2, 3]), new OpInput([])),
            Case("BroadcastTo: the same shape", x => x.BroadcastTo([2, 3, 4]) * 2, Cube),
            Case("BroadcastTo: to nothing", x => x.BroadcastTo([0, 3]), new OpInput([1, 3])),
            .. new[] { 0, 1, -1 }.Select(axis =>
                Case($"Concat: axis {axis}", x => Tensor.Concat(x, axis), Part(axis, 1), Part(axis, 3), Part(axis, 2))
            ),
            Case("Concat: views and the same twice", x => Tensor.Concat([x[0], x[1], x[0]]), Turned, new([2, 4])),
            Case("Concat: one of them empty", x => Tensor.Concat(x), new([2, 3]), new([0, 3])),
            .. new[] { 0, 1, 2, -1 }.Select(axis =>
                Case($"Stack: axis {axis}", x => Tensor.Stack(x, axis), new OpInput([3, 4]), Turned)
            ),
            Case("Stack: scalars", x => Tensor.Stack(x), new OpInput([]), new OpInput([])),
            Case("Split: sizes", x => Scaled(x.Split([1, 3, 2])), new OpInput([6, 4])),
            Case("Split: equal parts", x => Scaled(x.Split(2, axis: -1)), new OpInput([3, 6])),
            Case("Split: the last part smaller", x => x.Split(4, axis: 1)[1], new OpInput([3, 6])),
            Case("To: float32 and back", x => x.To(DType.Float32).To(x.DType) * x, new OpInput([3, 4])) with
            {
                IsDifferentiable = false,
            },
            WithoutGradient("To: int64", x => (x * 3).To(DType.Int64), new OpInput([3, 4])),
            WithoutGradient("To: int32, a view", x => (x * 3).To(DType.Int32), Turned),
            WithoutGradient("To: uint8", x => (x.Abs() * 100).To(DType.UInt8), new OpInput([3, 4])),
            WithoutGradient("To: truth values", x => (x * 0).Maximum(x).To(DType.Bool), new OpInput([3, 4])),
            WithoutGradient("To: its own device", x => x.To(x.Device) * 2, new OpInput([3, 4])),
            Case("Clone: a view", x => x.Clone() * x, Turned),
            WithoutGradient("Detach: a view", x => x.Detach() * 2, Turned),
            Case("Pad: the last axis", x => x.Pad([(1, 2)]), new OpInput([2, 3])),
            Case("Pad: all axes, a value", x => x.Pad([(1, 1), (2, 0), (0, 1)], 0.5), new OpInput([2, 3, 2])),
            Case("Pad: nothing", x => x.Pad([]) * 2, Turned),
            Case("Reshape: flat", x => x.Reshape(24), Cube),
            Case("Reshape: one size worked out", x => x.Reshape(4, -1), Cube),
            Case("Reshape: a shape", x => x.Reshape(new Shape(4, 6)), Cube),
            Case("Reshape: a view", x => x.Reshape(2, 6), Turned),
            Case("Reshape: a scalar", x => x.Reshape(1, 1) * 2, new OpInput([])),
            Case("Reshape: the same shape", x => x.Reshape(2, 3, 4) * 2, Cube),
            Case("Reshape: nothing", x => x.Reshape(3, 0, 2), new OpInput([0, 3])),
            Case("Flatten: all but the first", x => x.Flatten(), Cube),
            Case("Flatten: everything", x => x.Flatten(0), Turned),
            Case("Flatten: from the end", x => x.Flatten(-2), new OpInput([2, 1, 2, 3])),
            Case("Flatten: a scalar", x => x.Flatten(), new OpInput([])),
            Case("Squeeze: one axis", x => x.Squeeze(1), new OpInput([2, 1, 3])),
            Case("Squeeze: all", x => x.Squeeze(), new OpInput([1, 2, 1, 3])),
            .. new[] { 0, 1, 2, -1 }.Select(axis => Case($"Unsqueeze: {axis}", x => x.Unsqueeze(axis), Turned)),
            Case("get_Item: a range", x => x[1..3], new OpInput([4, 3])),
            Case("get_Item: all axes", x => x[..1, 1..3, ^2..], Cube),
            Case("get_Item: places", x => x[1, .., ^1], Cube),
            Case("get_Item: steps", x => x[new Slice(1.., 2), new Slice(.., 3)], new OpInput([6, 8])),
            Case("get_Item: a slice of a slice", x => x[1..][.., new Slice(.., 2)][^1], new OpInput([4, 7])),
            Case("get_Item: a view", x => x[1.., ..2], Turned),
            Case("get_Item: nothing", x => x[2..2], new OpInput([4, 3])),
            Case("get_Item: taken twice", x => x[1..] * x[..^1], new OpInput([4, 3])),
            Case("Transpose: a matrix", x => x.Transpose(), new OpInput([3, 4])),
            Case("Transpose: outer and inner", x => x.Transpose(0, -1), Cube),
            Case("Permute: four axes", x => x.Permute(0, 3, 1, 2), new OpInput([2, 3, 2, 4])),
            Case("Permute: twice", x => x.Permute(2, 0, 1).Permute(1, -1, 0) * 2, Cube),
        ];

    private static IEnumerable<OpCase> Indexing() =>
        [
            .. new[] { 0, 1, -1 }.SelectMany(axis =>
                (OpCase[])
                    [
                        Case($"Take: axis {axis}", x => x.Take(Whole(x, 1, 0, 1, 2, -1), axis), new OpInput([3, 4, 3])),
                        Case(
                            $"IndexAdd: axis {axis}",
                            x => x[0].IndexAdd(Whole(x[0], 1, 0, 1, 2, 0), x[1], axis),
                            new([3, 4, 3]),
                            new(new Shape(3, 4, 3).With(axis < 0 ? ^-axis : axis, 5))
                        ),
                        Case(
                            $"TakeAlong: axis {axis}",
                            x => x.TakeAlong(Whole(x, Spread(27)).Reshape(3, 3, 3), axis),
                            new OpInput([3, 3, 3])
                        ),
                        Case($"Sort: axis {axis}", x => x.Sort(axis).Values, new OpInput([3, 5, 4], Domain.Distinct)),
                        Case(
                            $"TopK: axis {axis}",
                            x => x.TopK(2, axis).Values,
                            new OpInput([3, 5, 4], Domain.Distinct)
                        ),
                    ]
            ),
            Case("Embedding: a view", x => x.Embedding(Whole(x, 2, 0, 2, 1).Reshape(2, 2)), Turned),
            Case("Embedding: int32", x => x.Embedding(Whole(x, 0, 2).To(DType.Int32)), new OpInput([3, 4])),
            Case("Take: int32, a view", x => x.Take(Whole(x, 3, 3, 0).To(DType.Int32), 1), Turned),
            Case("Take: nothing", x => x.Take(Whole(x)), new OpInput([3, 4])),
            Case("TakeWhere: a mask", x => x.TakeWhere(Checkered(x)), Turned),
            Case("TakeWhere: a mask that stretches", x => x.TakeWhere(Checkered(x[0])), new OpInput([3, 5])),
            Case("TakeWhere: nothing", x => x.TakeWhere(Checkered(x) > Checkered(x)), new OpInput([3])),
            Case("IndexAdd: a view", x => x[0].IndexAdd(Whole(x[0], 2, 2), x[1]), Turned, new([2, 4])),
            Case("TakeAlong: one a row", x => x.TakeAlong(Whole(x, 4, 0, 2).Reshape(3, 1)), new OpInput([3, 5])),
            Case("TakeAlong: a view", x => x.TakeAlong(Whole(x, 1, 0, 2, 2).Reshape(1, 4), 0), Turned),
            Case("Sort: falling, a view", x => x.Sort(0, true).Values, new([5, 3], Domain.Distinct, Layout.Transposed)),
            Case("Sort: long", x => x.Sort().Values, new OpInput([67], Domain.Distinct)),
            WithoutGradient("Sort: places", x => x.Sort().Indices, new OpInput([3, 5], Domain.Distinct)),
            WithoutGradient("Sort: places of equals", x => (x * 0).Sort(0, true).Indices, new OpInput([5, 2])),
            Case("TopK: smallest", x => x.TopK(3, -1, false).Values, new OpInput([2, 9], Domain.Distinct)),
            Case("TopK: none", x => x.TopK(0).Values, new OpInput([2, 9], Domain.Distinct)),
            WithoutGradient("TopK: places", x => x.TopK(2).Indices, new OpInput([3, 5], Domain.Distinct)),
            WithoutGradient("OneHot: a vector", x => Whole(x, 3, 0, 4).OneHot(5, x.DType), new OpInput([1])),
            WithoutGradient(
                "OneHot: a matrix of int32",
                x => Whole(x, 1, 0, 2, 2).To(DType.Int32).Reshape(2, 2).OneHot(3, x.DType),
                new OpInput([1])
            ),
        ];

    private static OpInput Part(int axis, int size) => new(new Shape(2, 3, 4).With(axis < 0 ? ^-axis : axis, size));

    /// <summary>The parts' sum after each was multiplied by its number, so that none can stand for another.</summary>
    private static Tensor Scaled(Tensor[] parts) =>
        Tensor.Concat(
            [.. parts.Select((part, i) => part * (i + 1)).Reverse()],
            parts[0].Shape[0] == parts[^1].Shape[0] ? 1 : 0
        );

    /// <summary>Places 0, 1 and 2 in a disorderly row.</summary>
    private static long[] Spread(int count) => [.. Enumerable.Range(0, count).Select(i => (long)(i * i + i / 3) % 3)];
}
