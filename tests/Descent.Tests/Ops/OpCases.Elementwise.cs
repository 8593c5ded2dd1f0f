using Descent.Numerics;

namespace Descent.Tests.Ops;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Arithmetic() =>
        [
            .. Binary("Add", (a, b) => a.Add(b)),
            .. Unary("Add", x => x.Add(1.5)).Select(Numbered),
            .. Binary("op_Addition", (a, b) => a + b),
            Case("op_Addition: a number", x => x + 2.5, new OpInput([2, 3])),
            Case("op_Addition: to a number", x => 2.5 + x, new OpInput([2, 3])),
            Case("op_Addition: to itself", x => x + x, new OpInput([2, 3])),
            .. Binary("Subtract", (a, b) => a.Subtract(b)),
            Case("Subtract: a number", x => x.Subtract(0.75), new OpInput([2, 3])),
            Case("op_Subtraction: tensors", x => x[0] - x[1], new([2, 3]), new([3])),
            Case("op_Subtraction: a number", x => x - 2.5, new OpInput([2, 3])),
            Case("op_Subtraction: from a number", x => 2.5 - x, new OpInput([2, 3])),
            .. Binary("SquaredDifference", (a, b) => a.SquaredDifference(b)),
            .. Binary("Multiply", (a, b) => a.Multiply(b)),
            Case("Multiply: a number", x => x.Multiply(-1.5), new OpInput([2, 3])),
            Case("op_Multiply: tensors", x => x[0] * x[1], new([2, 3]), new([3])),
            Case("op_Multiply: a number", x => x * 2.5, new OpInput([2, 3])),
            Case("op_Multiply: by a number", x => 2.5 * x, new OpInput([2, 3])),
            Case("op_Multiply: by itself", x => x * x, new OpInput([2, 3])),
            .. Binary("Divide", (a, b) => a.Divide(b), Domain.Real, Domain.NonZero),
            Case("Divide: a number", x => x.Divide(3), new OpInput([2, 3])),
            Case("op_Division: tensors", x => x[0] / x[1], new([2, 3]), new([3], Domain.Positive)),
            Case("op_Division: a number", x => x / 3, new OpInput([2, 3])),
            Case("op_Division: by a number", x => 3 / x, new OpInput([2, 3], Domain.NonZero)),
            .. Unary("Negate", x => x.Negate()),
            Case("op_UnaryNegation: a matrix", x => -x, new OpInput([2, 3])),
            .. Binary("Maximum", (a, b) => a.Maximum(b), Domain.Distinct, Domain.Distinct),
            Case("Maximum: a number", x => x.Maximum(0.25), new OpInput([2, 3], Domain.Distinct)),
            .. Binary("Minimum", (a, b) => a.Minimum(b), Domain.Distinct, Domain.Distinct),
            Case("Minimum: a number", x => x.Minimum(0.25), new OpInput([2, 3], Domain.Distinct)),
            .. Binary("Where", (a, b) => Tensor.Where(Checkered(a), a, b)),
            Case(
                "Where: all three stretch",
                x => Tensor.Where(Checkered(x[2].WithoutHistory()), x[0], x[1]),
                new([3, 1]),
                new([1, 4]),
                new([2, 1, 1])
            ),
            .. Comparison("Greater", (a, b) => a.Greater(b), x => x.Greater(0.25)),
            .. Comparison("GreaterOrEqual", (a, b) => a.GreaterOrEqual(b), x => x.GreaterOrEqual(0.25)),
            .. Comparison("Less", (a, b) => a.Less(b), x => x.Less(0.25)),
            .. Comparison("LessOrEqual", (a, b) => a.LessOrEqual(b), x => x.LessOrEqual(0.25)),
            .. Comparison("EqualTo", (a, b) => a.EqualTo(b), x => x.EqualTo(0.25)),
            .. Comparison("NotEqualTo", (a, b) => a.NotEqualTo(b), x => x.NotEqualTo(0.25)),
            .. Comparison("op_GreaterThan", (a, b) => a > b, x => x > 0.25),
            .. Comparison("op_GreaterThanOrEqual", (a, b) => a >= b, x => x >= 0.25),
            .. Comparison("op_LessThan", (a, b) => a < b, x => x < 0.25),
            .. Comparison("op_LessThanOrEqual", (a, b) => a <= b, x => x <= 0.25),
            .. Products(),
        ];

    private static IEnumerable<OpCase> Products()
    {
        (string Name, Shape Left, Shape Right)[] shapes =
        [
            ("matrices", [3, 4], [4, 5]),
            ("odd sizes", [13, 17], [17, 11]),
            ("a row and a column", [1, 6], [6, 1]),
            ("inner size one", [3, 1], [1, 4]),
            ("inner size zero", [2, 0], [0, 3]),
            ("no row", [0, 2], [2, 3]),
            ("two vectors", [5], [5]),
            ("vector and matrix", [4], [4, 5]),
            ("matrix and vector", [3, 4], [4]),
            ("batches", [2, 3, 4], [2, 4, 5]),
            ("batches and a matrix", [2, 3, 4], [4, 5]),
            ("a matrix and batches", [3, 4], [2, 4, 5]),
            ("a vector and batches", [4], [2, 4, 3]),
            ("batches stretch", [2, 1, 3, 4], [5, 4, 2]),
        ];
        foreach (var (name, left, right) in shapes)
        {
            yield return Case($"MatMul: {name}", x => x[0].MatMul(x[1]), new(left), new(right));
        }

        OpInput matrix = new([5, 4], Layout: Layout.Transposed);
        yield return Case("MatMul: transposed left", x => x[0].MatMul(x[1]), matrix, new([4, 3]));
        yield return Case("MatMul: transposed right", x => x[0].MatMul(x[1]), new([3, 5]), matrix);
        yield return Case("MatMul: both transposed", x => x[0].MatMul(x[1].Transpose()), matrix, new([3, 4]));
        yield return Case("MatMul: sliced", x => x[0].MatMul(x[1]), new([3, 4], Layout: Layout.Sliced), new([4, 2]));
        yield return Case(
            "MatMul: batches of a permuted tensor",
            x => x[0].Permute(2, 0, 1, 3).MatMul(x[1]),
            new([3, 2, 2, 4]),
            new([4, 2])
        );
        yield return Case("MatMul: by its own transpose", x => x.MatMul(x.Transpose()), new OpInput([3, 4]));
        yield return Case("Linear: a batch", x => x[0].Linear(x[1], x[2]), new([5, 4]), new([3, 4]), new([3]));
        yield return Case("Linear: no bias", x => x[0].Linear(x[1]), new([5, 4]), new([3, 4]));
        yield return Case("Linear: one sample", x => x[0].Linear(x[1], x[2]), new([1, 7]), new([6, 7]), new([6]));
        yield return Case("Linear: no sample", x => x[0].Linear(x[1], x[2]), new([0, 7]), new([6, 7]), new([6]));
        yield return Case(
            "Linear: then a sigmoid",
            x => x[0].LinearThen<SigmoidKernel>(x[1], x[2]),
            new([5, 4]),
            new([3, 4]),
            new([3])
        );
        yield return Case(
            "Linear: then a sigmoid and dropout",
            x => x[0].LinearThenDropout<SigmoidKernel>(x[1], x[2], 0.4, new RandomSource(3, "test")),
            new([5, 4]),
            new([3, 4]),
            new([3])
        );
        yield return Case(
            "Add: then a sigmoid",
            x => x[0].AddThen<SigmoidKernel>(x[1]),
            new OpInput([5, 4]),
            new([5, 4])
        );
        yield return Case(
            "Add: broadcast, then a sigmoid",
            x => x[0].AddThen<SigmoidKernel>(x[1]),
            new([5, 4]),
            new([4])
        );
        yield return Case("Linear: a vector", x => x[0].Linear(x[1], x[2]), new([4]), new([3, 4]), new([3]));
        yield return Case("Linear: more axes", x => x[0].Linear(x[1], x[2]), new([2, 3, 4]), new([5, 4]), new([5]));
        yield return Case("Linear: views", x => x[0].Linear(x[1], x[2]), matrix, matrix, new([5]));
    }

    private static IEnumerable<OpCase> Elementwise() =>
        [
            .. Unary("Abs", x => x.Abs(), Domain.NonZero),
            .. Unary("Clamp", x => x.Clamp(-0.5, 0.75), Domain.Distinct),
            Case("Clamp: lower bound", x => x.Clamp(low: 0.25), new OpInput([3, 4], Domain.Distinct)),
            Case("Clamp: upper bound", x => x.Clamp(high: 0.25), new OpInput([3, 4], Domain.Distinct)),
            .. Unary("Erf", x => x.Erf()),
            .. Unary("Exp", x => x.Exp()),
            .. Unary("Log", x => x.Log(), Domain.Positive),
            .. Unary("Pow", x => x.Pow(1.7), Domain.Positive),
            .. new[] { 3.0, -2.0, 2.0, 1.0, 0.0 }.Select(p =>
                Case($"Pow: whole exponent {p}", x => x.Pow(p), new OpInput([3, 4], Domain.NonZero))
            ),
            Case("Pow: exponent 0.5", x => x.Pow(0.5), new OpInput([3, 4], Domain.Positive)),
            Case("Pow: tensors", x => x[0].Pow(x[1]), new([3, 4], Domain.Positive), new([4])),
            .. Unary("Sqrt", x => x.Sqrt(), Domain.Positive),
            .. Unary("Square", x => x.Square()),
            .. Unary("Relu", x => x.Relu(), Domain.NonZero),
            .. Unary("Sigmoid", x => x.Sigmoid()),
            .. Unary("Tanh", x => x.Tanh()),
            .. Unary("Elu", x => x.Elu(), Domain.NonZero),
            Case("Elu: another depth", x => x.Elu(0.5), new OpInput([3, 4], Domain.NonZero)),
            .. Unary("Selu", x => x.Selu(), Domain.NonZero),
            .. Unary("Silu", x => x.Silu()),
            .. Unary("Gelu", x => x.Gelu()),
            Case("Gelu: approximate", x => x.Gelu(approximate: true), new OpInput([3, 4])),
            .. Unary("Softplus", x => x.Softplus()),
            Case("Softplus: sharper", x => x.Softplus(3), new OpInput([3, 4])),
            .. Unary("HardSigmoid", x => x.HardSigmoid()),
            .. Unary("HardTanh", x => x.HardTanh(), Domain.Distinct),
            .. Unary("HardSwish", x => x.HardSwish()),
            .. Unary("LeakyRelu", x => x.LeakyRelu(0.2), Domain.NonZero),
            .. Binary("PRelu", (x, slope) => x.PRelu(slope), Domain.NonZero),
            Case("Glu: last axis", x => x.Glu(), new OpInput([3, 8])),
            Case("Glu: first axis, transposed", x => x.Glu(0), new OpInput([6, 3], Layout: Layout.Transposed)),
            Case("Glu: empty", x => x.Glu(0), new OpInput([0, 3])),
            Case("Maxout: last axis", x => x.Maxout(3), new OpInput([2, 6], Domain.Distinct)),
            Case("Maxout: channels", x => x.Maxout(2, 1), new OpInput([2, 4, 3], Domain.Distinct)),
            .. Unary("Dropout", x => x.Dropout(0.4, new RandomSource(3, "test"))),
            Case("Dropout: nothing dropped", x => x.Dropout(0, new RandomSource(3, "test")), new OpInput([3, 4])),
            .. Binary("BinaryCrossEntropy", BinaryCrossEntropy, Domain.NonZero, Domain.Unit).Where(HasEqualShapes),
            .. Binary("BinaryCrossEntropyOfProbabilities", OfProbabilities, Domain.Unit, Domain.Unit)
                .Where(HasEqualShapes),
        ];

    private static IEnumerable<OpCase> Comparison(
        string method,
        Func<Tensor, Tensor, Tensor> tensors,
        Func<Tensor, Tensor> number
    ) =>
        [
            .. Binary(method, tensors, isDifferentiable: false),
            WithoutGradient($"{method}: itself", x => tensors(x, x), new OpInput([3, 4])),
            WithoutGradient($"{method}: a number", number, new OpInput([3, 4])),
        ];

    private static Tensor BinaryCrossEntropy(Tensor logits, Tensor targets) => logits.BinaryCrossEntropy(targets);

    // Away from 0 and 1, where the slope is steep.
    private static Tensor OfProbabilities(Tensor x, Tensor targets) =>
        (x * 0.5 + 0.25).BinaryCrossEntropyOfProbabilities(targets);

    private static bool HasEqualShapes(OpCase c) => c.Inputs[0].Shape == c.Inputs[1].Shape;

    private static OpCase Numbered(OpCase c) => c with { Name = c.Name + ", and a number" };

    /// <summary>A mask of the tensor's shape that holds at every second place.</summary>
    private static Tensor Checkered(Tensor like) =>
        Tensor.From([.. Enumerable.Range(0, (int)like.Count).Select(i => i % 2 == 0)], like.Shape).To(like.Device);
}
