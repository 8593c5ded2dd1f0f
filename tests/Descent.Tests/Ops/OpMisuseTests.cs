using Descent.Backends;
using Descent.Numerics;
using Descent.Tests.Tensors;

namespace Descent.Tests.Ops;

/// <summary>What the operations say when they are used wrongly: the operation, the shapes, and the likely way out.</summary>
public class OpMisuseTests
{
    private static readonly Tensor Matrix = Tensor.Ones([2, 3]);
    private static readonly Tensor Pictures = Tensor.Ones([2, 3, 8, 8]);
    private static readonly Tensor Truths = Tensor.From([true, false, true]);

    [Fact]
    public void Shapes_that_do_not_broadcast()
    {
        var other = Tensor.Ones([2, 4]);
        Misuse.Throws<ShapeException>(() => Matrix + other, "Add: (2, 3) and (2, 4)", "3 and 4 differ at axis 1");
        Misuse.Throws<ShapeException>(() => Matrix * other, "Multiply: (2, 3) and (2, 4)");
        Misuse.Throws<ShapeException>(() => Matrix > other, "Greater: (2, 3) and (2, 4)");
        Misuse.Throws<ShapeException>(() => Tensor.Where(Truths, Matrix, other), "Where: (2, 3) and (2, 4)");
        Misuse.Throws<ShapeException>(() => Tensor.Where(Truths[..2], Matrix, Matrix), "Where: (2) and (2, 3)");
        Misuse.Throws<DTypeException>(() => Tensor.Where(Matrix, Matrix, Matrix), "Where", "float32", "x > 0");
    }

    [Fact]
    public void Matrices_that_do_not_fit()
    {
        Misuse.Throws<ShapeException>(
            () => Tensor.Ones([32, 784]).MatMul(Tensor.Ones([128, 10])),
            "MatMul: (32, 784) × (128, 10): inner sizes 784 and 128 differ",
            "Flatten or transpose"
        );
        Misuse.Throws<ShapeException>(() => Matrix.MatMul(Tensor.Scalar(2f)), "MatMul", "scalar", "Multiply with *");
        Misuse.Throws<ShapeException>(
            () => Tensor.Ones([2, 3, 4]).MatMul(Tensor.Ones([5, 4, 2])),
            "MatMul: (2, 3, 4) × (5, 4, 2): batches",
            "2 and 5 differ"
        );
        Misuse.Throws<DTypeException>(() => Tensor.Arange(4).MatMul(Tensor.Arange(4)), "MatMul", "int64");
    }

    [Fact]
    public void Layers_arithmetic_that_does_not_fit()
    {
        var weight = Tensor.Ones([4, 5]);
        Misuse.Throws<ShapeException>(
            () => Matrix.Linear(weight),
            "Linear: input (2, 3)",
            "(4, 5)",
            "must be 5",
            "Flatten"
        );
        Misuse.Throws<ShapeException>(() => Matrix.Linear(Tensor.Ones([3])), "Linear: weights are (out, in)", "(3)");
        Misuse.Throws<ShapeException>(
            () => Matrix.Linear(Tensor.Ones([4, 3]), Tensor.Ones([1])),
            "Linear: bias (1)",
            "it must be (4)"
        );
        Misuse.Throws<DTypeException>(
            () => Matrix.Linear(Tensor.Ones([4, 3]), Tensor.Ones([4], DType.Float64)),
            "Linear: float32 and float64"
        );
        Misuse.Throws<ShapeException>(
            () => Pictures.Convolution2d(Tensor.Ones([4, 2, 3, 3]), null, new(3, 3)),
            "Convolution2d: input (2, 3, 8, 8)",
            "(4, 2, 3, 3)",
            "1 group(s)"
        );
        Misuse.Throws<ShapeException>(
            () => Pictures[0].Convolution2d(Tensor.Ones([4, 3, 3, 3]), null, new(3, 3)),
            "Unsqueeze(0)"
        );
        Misuse.Throws<ShapeException>(
            () => Pictures.Convolution2d(Tensor.Ones([4, 3, 3, 3]), null, new(5, 5)),
            "weights (4, 3, 3, 3)",
            "window of 5×5"
        );
        Misuse.Throws<ShapeException>(
            () => Pictures.Convolution2d(Tensor.Ones([4, 1, 3, 3]), null, new(3, 3, Groups: 3)),
            "K is a multiple of the groups"
        );
        Misuse.Throws<ShapeException>(
            () => Pictures.Convolution2d(Tensor.Ones([4, 3, 3, 3]), Tensor.Ones([3]), new(3, 3)),
            "Convolution2d: bias (3)",
            "it must be (4)"
        );
        Misuse.Throws<ShapeException>(
            () => Pictures.Convolution2d(Tensor.Ones([4, 3, 9, 9]), null, new(9, 9)),
            "window of 9×9",
            "8×8",
            "smaller window or more padding"
        );
    }

    [Fact]
    public void Windows_that_make_no_sense()
    {
        Misuse.Throws<ShapeException>(() => Matrix.MaxPool2d(new(2, 2)), "MaxPool2d", "(N, C, H, W)", "(2, 3)");
        Misuse.Throws<ShapeException>(() => Pictures.AveragePool2d(new(9, 2)), "AveragePool2d", "9×2", "8×8");
        foreach (var window in (Window2d[])[new(0, 2), new(2, 2, 0), new(2, 2, 1, 1, -1), new(2, 2, DilationX: 0)])
        {
            Misuse.Throws<ArgumentOutOfRangeException>(() => Pictures.MaxPool2d(window), "MaxPool2d", "1 or more");
        }
    }

    [Fact]
    public void Windows_that_do_not_fit_when_turned_round()
    {
        var weight = Tensor.Ones([3, 2, 2, 2]);
        Misuse.Throws<ShapeException>(
            () => Pictures.ConvolutionTranspose2d(Tensor.Ones([2, 3, 2, 2]), null, new(2, 2)),
            "ConvolutionTranspose2d: input (2, 3, 8, 8)",
            "(2, 3, 2, 2)"
        );
        Misuse.Throws<ArgumentOutOfRangeException>(
            () => Pictures.ConvolutionTranspose2d(weight, null, new(2, 2), 1),
            "output padding 1×0",
            "below the stride 1×1"
        );
        Misuse.Throws<ShapeException>(
            () => Pictures.ConvolutionTranspose2d(weight, Tensor.Ones([3]), new(2, 2)),
            "bias (3)",
            "it must be (2)"
        );
        Misuse.Throws<ShapeException>(() => Matrix.Unfold(new(2, 2)), "Unfold", "(N, C, H, W)", "(2, 3)");
        Misuse.Throws<ShapeException>(() => Tensor.Ones([1, 8, 3]).Fold(3, 3, new(2, 2)), "(N, C·4, 4)");
        Misuse.Throws<ArgumentOutOfRangeException>(() => Pictures.LpPool2d(0.5, new(2, 2)), "LpPool2d: p is 0.5");
        Misuse.Throws<ArgumentOutOfRangeException>(() => Pictures.AdaptiveMaxPool2d(0, 2), "output of 0 rows");
        Misuse.Throws<ShapeException>(
            () => Pictures[.., .., ..0].AdaptiveAveragePool2d(2, 2),
            "AdaptiveAveragePool2d",
            "without pixels"
        );
        Misuse.Throws<ArgumentOutOfRangeException>(() => Pictures.Upsample2d(0, 2), "height");
        Misuse.Throws<ShapeException>(() => Pictures[.., .., ..0].Upsample2d(2, 2), "Upsample2d", "(2, 3, 0, 8)");
        Misuse.Throws<ShapeException>(() => Pictures.MaxPool2d(new(12, 2, 2, 2), ceilingMode: true), "12×2", "8×8");
        Misuse.Throws<ShapeException>(() => Matrix.Pad(PaddingMode.Circular, (4, 0)), "Circular", "its 3 element(s)");
        Misuse.Throws<ShapeException>(() => Matrix.Flip(2), "Axis 2");
    }

    [Fact]
    public void Axes_that_are_not_there()
    {
        Misuse.Throws<ShapeException>(() => Matrix.Sum(2), "Axis 2", "(2, 3)", "2 axes");
        Misuse.Throws<ShapeException>(() => Matrix.Softmax(-3), "Axis -3");
        Misuse.Throws<ShapeException>(() => Matrix.Sum([0, -2]), "Axis -2", "named twice");
        Misuse.Throws<ShapeException>(() => Matrix[..0].Max(0), "Max", "(0, 3)", "no element to choose from");
        Misuse.Throws<ShapeException>(() => Matrix[..0].ArgMin(0), "ArgMin", "axis 0", "empty");
        Misuse.Throws<ArgumentOutOfRangeException>(() => Matrix.Norm(0));
        Misuse.Throws<ArgumentException>(() => Matrix.Clamp(2, 1), "Clamp", "lower bound 2", "upper bound 1");
    }

    [Fact]
    public void Parts_that_do_not_join()
    {
        Misuse.Throws<ShapeException>(() => Tensor.Concat([]), "Concat", "nothing to join");
        Misuse.Throws<ShapeException>(
            () => Tensor.Concat([Matrix, Tensor.Ones([2, 4])]),
            "Concat along axis 0",
            "(2, 3) and (2, 4)"
        );
        Misuse.Throws<ShapeException>(() => Matrix.Pad([(1, 1), (0, 0), (0, 0)]), "Pad", "(2, 3)");
        Misuse.Throws<ShapeException>(() => Matrix.Pad([(-1, 0)]), "Pad", "(-1, 0)", "zero or more");
    }

    [Fact]
    public void Places_that_are_not_there()
    {
        Misuse.Throws<ArgumentOutOfRangeException>(
            () => Matrix.Take(Tensor.From([0L, 2])),
            "Take: place 2 (number 1)",
            "size 2"
        );
        Misuse.Throws<DTypeException>(() => Matrix.Take(Matrix[0]), "Take", "int64 or int32", "float32");
        Misuse.Throws<ShapeException>(() => Matrix.Take(Tensor.Arange(4).Reshape(2, 2)), "Take", "vector", "(2, 2)");
        Misuse.Throws<ShapeException>(() => Matrix.TakeWhere(Truths[..2]), "TakeWhere", "(2)", "(2, 3)");
        Misuse.Throws<DTypeException>(() => Matrix.TakeWhere(Matrix), "TakeWhere", "float32", "x > 0");
        Misuse.Throws<ShapeException>(
            () => Matrix.IndexAdd(Tensor.From([0L, 1]), Tensor.Ones([1, 3])),
            "IndexAdd: 2 places along axis 0",
            "(2, 3)",
            "not (1, 3)"
        );
        Misuse.Throws<ShapeException>(() => Matrix.TakeAlong(Tensor.Arange(4)), "TakeAlong", "(2, 3)", "(4)");
        Misuse.Throws<DTypeException>(() => Matrix.TakeAlong(Matrix), "TakeAlong", "int64", "float32");
        Misuse.Throws<ArgumentOutOfRangeException>(
            () =>
                Matrix.TakeAlong(
                    Tensor.From(
                        new[,]
                        {
                            { 3L },
                            { 0L },
                        }
                    )
                ),
            "TakeAlong: place 3",
            "size 3"
        );
        Misuse.Throws<ShapeException>(() => Matrix.TopK(4), "TopK: 4 elements of axis 1", "size 3");
    }

    [Fact]
    public void Labels_that_are_no_classes()
    {
        var logits = Tensor.Ones([2, 3]);
        Misuse.Throws<ArgumentOutOfRangeException>(
            () => logits.CrossEntropy(Tensor.From([0L, 3])),
            "CrossEntropy: label 3 (number 1)",
            "there are 3, numbered 0 to 2",
            "start at 1"
        );
        Misuse.Throws<ArgumentOutOfRangeException>(() => Tensor.From([-1L]).OneHot(3), "OneHot: label -1");
        Misuse.Throws<DTypeException>(
            () => logits.CrossEntropy(Tensor.Ones([2])),
            "labels are int64 or int32",
            "float32"
        );
        Misuse.Throws<ShapeException>(() => logits.CrossEntropy(Tensor.From([0L])), "logits (2, 3) and labels (1)");
        Misuse.Throws<ShapeException>(
            () => Tensor.Ones([4, 1]).BinaryCrossEntropy(Tensor.Ones([4])),
            "predictions (4, 1) and targets (4)",
            "never broadcast"
        );
    }

    [Fact]
    public void Shares_that_make_no_sense()
    {
        var source = new RandomSource(0, "test");
        Misuse.Throws<ArgumentOutOfRangeException>(() => Matrix.Dropout(1, source), "at least 0 and below 1");
        Misuse.Throws<ArgumentOutOfRangeException>(() => Matrix.Dropout(double.NaN, source), "Dropout");
    }
}
