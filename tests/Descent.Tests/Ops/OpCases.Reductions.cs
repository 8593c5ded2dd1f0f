namespace Descent.Tests.Ops;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Reductions() =>
        [
            .. OverAxes("Sum", (x, axes, keep) => x.Sum(axes, keep)),
            Case("Sum: everything", x => x.Sum(), new OpInput([3, 4])),
            Case("Sum: a scalar", x => x.Sum(), new OpInput([])),
            Case("Sum: a long row", x => x.Sum(), new OpInput([1037])),
            Case("Sum: long rows, one axis", x => x.Sum(-1), new OpInput([3, 67])),
            Case("Sum: long columns, one axis", x => x.Sum(0), new OpInput([67, 3])),
            Case("Sum: one axis kept", x => x.Sum(0, keepAxes: true), new OpInput([3, 4])),
            Case("Sum: nothing", x => x.Sum(0), new OpInput([0, 3])),
            .. OverAxes("Mean", (x, axes, keep) => x.Mean(axes, keep)),
            Case("Mean: everything", x => x.Mean(), new OpInput([3, 4])),
            Case("Mean: one axis", x => x.Mean(1), new OpInput([3, 35])),
            .. OverAxes("Max", (x, axes, keep) => x.Max(axes, keep), Domain.Distinct),
            Case("Max: everything", (Tensor x) => x.Max(), new OpInput([3, 4], Domain.Distinct)),
            Case("Max: one axis", x => x.Max(0), new OpInput([35, 3], Domain.Distinct)),
            .. OverAxes("Min", (x, axes, keep) => x.Min(axes, keep), Domain.Distinct),
            Case("Min: everything", (Tensor x) => x.Min(), new OpInput([3, 4], Domain.Distinct)),
            Case("Min: one axis", x => x.Min(0), new OpInput([35, 3], Domain.Distinct)),
            .. OverAxes("Product", (x, axes, keep) => x.Product(axes, keep), Domain.NonZero),
            Case("Product: everything", x => x.Product(), new OpInput([2, 3], Domain.NonZero)),
            Case("Product: one axis", x => x.Product(-1), new OpInput([2, 3], Domain.NonZero)),
            Case("Product: zeros", x => (x * Zeroing(x)).Product(1), new OpInput([3, 4], Domain.NonZero)),
            .. OverAxes("Variance", (x, axes, keep) => x.Variance(axes, 1, keep)),
            Case("Variance: everything", x => x.Variance(), new OpInput([3, 4])),
            Case("Variance: one axis, biased", x => x.Variance(1, correction: 0), new OpInput([3, 4])),
            .. OverAxes("StandardDeviation", (x, axes, keep) => x.StandardDeviation(axes, 0, keep)),
            Case("StandardDeviation: everything", x => x.StandardDeviation(), new OpInput([3, 4])),
            Case("StandardDeviation: one axis", x => x.StandardDeviation(0), new OpInput([3, 4])),
            .. OverAxes("Norm", (x, axes, keep) => x.Norm(axes, 2, keep)),
            Case("Norm: everything", x => x.Norm(), new OpInput([3, 4])),
            Case("Norm: p = 1", x => x.Norm([0], 1), new OpInput([3, 4], Domain.NonZero)),
            Case("Norm: p = 3", x => x.Norm([-1], 3), new OpInput([3, 4], Domain.NonZero)),
            Case("Norm: p = ∞", x => x.Norm([0], double.PositiveInfinity), new OpInput([3, 4], Domain.Positive)),
            .. OverAxes("LogSumExp", (x, axes, keep) => x.LogSumExp(axes, keep)),
            Case("LogSumExp: last axis", x => x.LogSumExp(), new OpInput([3, 35])),
            .. AlongAxis("CumulativeSum", (x, axis) => x.CumulativeSum(axis)),
            Case("CumulativeSum: empty", x => x.CumulativeSum(), new OpInput([3, 0])),
            .. AlongAxis("Softmax", (x, axis) => x.Softmax(axis)),
            .. AlongAxis("LogSoftmax", (x, axis) => x.LogSoftmax(axis)),
            Case("Softmax: long rows", x => x.Softmax(), new OpInput([2, 67])),
            Case("LogSoftmax: long rows", x => x.LogSoftmax(), new OpInput([2, 67])),
            Case("Softmax: one class", x => x.Softmax(), new OpInput([3, 1])),
            Case("Softmax: no row", x => x.Softmax(), new OpInput([0, 3])),
            Case("LogSoftmax: no row", x => x.LogSoftmax(), new OpInput([0, 3])),
            .. AlongAxis("ArgMax", (x, axis) => x.ArgMax(axis), Domain.Distinct).Select(Plain),
            .. AlongAxis("ArgMin", (x, axis) => x.ArgMin(axis), Domain.Distinct).Select(Plain),
            WithoutGradient("ArgMax: kept, equals", x => (x * 0).ArgMax(0, keepAxes: true), new OpInput([5, 3])),
            WithoutGradient("ArgMin: kept, long", x => x.ArgMin(-1, keepAxes: true), new OpInput([2, 67])),
            Case("CrossEntropy: a batch", x => x.CrossEntropy(Whole(x, 2, 1, 4, 0)), new OpInput([4, 5])),
            Case("CrossEntropy: one sample", x => x.CrossEntropy(Whole(x, 9)), new OpInput([1, 10])),
            Case("CrossEntropy: no sample", x => x.CrossEntropy(Whole(x)), new OpInput([0, 4])),
            Case(
                "CrossEntropy: int32 labels, a view",
                x => x.CrossEntropy(Whole(x, 0, 0, 2).To(DType.Int32)),
                new OpInput([3, 19], Layout: Layout.Sliced)
            ),
        ];

    private delegate Tensor Reducer(Tensor x, int[] axes, bool keepAxes);

    private static IEnumerable<OpCase> OverAxes(string method, Reducer function, Domain domain = Domain.Real)
    {
        foreach (
            int[] axes in (int[][])
                [
                    [0],
                    [1],
                    [-1],
                    [0, 2],
                    [1, 0],
                    [0, 1, 2],
                    [],
                ]
        )
        {
            var name = $"{method}: axes [{string.Join(", ", axes)}]";
            yield return Case(name, x => function(x, axes, false), new OpInput([2, 3, 4], domain));
            yield return Case($"{name}, kept", x => function(x, axes, true), new OpInput([2, 3, 4], domain));
        }

        yield return Case(
            $"{method}: transposed",
            x => function(x, [0], false),
            new OpInput([5, 3], domain, Layout.Transposed)
        );
        yield return Case(
            $"{method}: sliced",
            x => function(x, [1], false),
            new OpInput([2, 19], domain, Layout.Sliced)
        );
    }

    private static IEnumerable<OpCase> AlongAxis(
        string method,
        Func<Tensor, int, Tensor> function,
        Domain domain = Domain.Real
    )
    {
        foreach (var axis in (int[])[0, 1, -1])
        {
            yield return Case($"{method}: axis {axis}", x => function(x, axis), new OpInput([2, 5, 4], domain));
        }

        yield return Case($"{method}: transposed", x => function(x, 1), new OpInput([3, 5], domain, Layout.Transposed));
        yield return Case($"{method}: sliced", x => function(x, -1), new OpInput([2, 5], domain, Layout.Sliced));
        yield return Case($"{method}: a vector", x => function(x, 0), new OpInput([7], domain));
    }

    private static OpCase Plain(OpCase c) => c with { IsDifferentiable = false };

    /// <summary>Factors that make the first row have one zero, the second two and the third none.</summary>
    private static Tensor Zeroing(Tensor like) =>
        Tensor.From([1.0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1], [3, 4]).To(like.DType).To(like.Device);
}
