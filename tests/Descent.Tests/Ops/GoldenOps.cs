using Descent.Backends;
using Descent.Tests.Losses;

namespace Descent.Tests.Ops;

/// <summary>What PyTorch's operations of the golden files are called here.</summary>
internal static partial class GoldenOps
{
    /// <summary>The results of a case's operation, in PyTorch's order.</summary>
    internal static Tensor[] Run(GoldenCase c, Tensor[] x) =>
        c.Op switch
        {
            "sort" => Both(x[0].Sort(c.Int("axis"), c.Flag("descending"))),
            "topk" => Both(x[0].TopK(c.Int("k"), c.Int("axis"), c.Flag("largest"))),
            "split" => x[0].Split(c.Ints("sizes"), c.Int("axis")),
            "batch_norm" => BatchNorm(c, x),
            _ => [Elementwise(c, x) ?? Reduction(c, x) ?? Shaping(c, x) ?? Other(c, x)],
        };

    private static Tensor? Elementwise(GoldenCase c, Tensor[] x) =>
        c.Op switch
        {
            "add" => x[0] + x[1],
            "sub" => x[0] - x[1],
            "mul" => x[0] * x[1],
            "div" => x[0] / x[1],
            "maximum" => x[0].Maximum(x[1]),
            "minimum" => x[0].Minimum(x[1]),
            "pow_tensor" => x[0].Pow(x[1]),
            "pow" => x[0].Pow(c.Number("exponent")),
            "neg" => -x[0],
            "exp" => x[0].Exp(),
            "log" => x[0].Log(),
            "sqrt" => x[0].Sqrt(),
            "tanh" => x[0].Tanh(),
            "sigmoid" => x[0].Sigmoid(),
            "relu" => x[0].Relu(),
            "erf" => x[0].Erf(),
            "abs" => x[0].Abs(),
            "clamp" => x[0]
                .Clamp(
                    c.Has("min") ? c.Number("min") : double.NegativeInfinity,
                    c.Has("max") ? c.Number("max") : double.PositiveInfinity
                ),
            "where" => Tensor.Where(x[0], x[1], x[2]),
            _ => null,
        };

    private static Tensor? Reduction(GoldenCase c, Tensor[] x)
    {
        var axes = c.Ints("axes");
        var keep = c.Flag("keepDims");
        var correction = c.Flag("unbiased") ? 1 : 0;
        return c.Op switch
        {
            "sum" => x[0].Sum(axes, keep),
            "mean" => x[0].Mean(axes, keep),
            "max" => x[0].Max(axes, keep),
            "min" => x[0].Min(axes, keep),
            "prod" => x[0].Product(axes, keep),
            "norm" => x[0].Norm(axes, 2, keep),
            "logsumexp" => x[0].LogSumExp(axes, keep),
            "var" => x[0].Variance(axes, correction, keep),
            "std" => x[0].StandardDeviation(axes, correction, keep),
            "softmax" => x[0].Softmax(c.Int("axis")),
            "log_softmax" => x[0].LogSoftmax(c.Int("axis")),
            "cumsum" => x[0].CumulativeSum(c.Int("axis")),
            "argmax" => x[0].ArgMax(c.Int("axis")),
            _ => null,
        };
    }

    private static Tensor? Shaping(GoldenCase c, Tensor[] x) =>
        c.Op switch
        {
            "concat" => Tensor.Concat(x, c.Int("axis")),
            "stack" => Tensor.Stack(x, c.Int("axis")),
            "pad" => x[0].Pad(c.Pairs("padding"), c.Number("value")),
            "transpose" => x[0].Transpose(c.Ints("axes")[0], c.Ints("axes")[1]),
            "permute" => x[0].Permute(c.Ints("order")),
            "reshape" => (c.Flag("transposeFirst") ? x[0].Transpose() : x[0]).Reshape(c.Ints("shape")),
            "squeeze" => x[0].Squeeze(c.Int("axis")),
            "unsqueeze" => x[0].Unsqueeze(c.Int("axis")),
            "broadcast" => x[0].BroadcastTo(new Shape(c.Ints("shape"))),
            "slice" => x[0][[.. c.Pairs("ranges").Select(range => new Slice(range.First..range.Second))]],
            _ => null,
        };

    private static Tensor Other(GoldenCase c, Tensor[] x) =>
        c.Op switch
        {
            "matmul" => Turned(x[0], c.Flag("transposeLeft")).MatMul(Turned(x[1], c.Flag("transposeRight"))),
            "linear" => x[0].Linear(x[1], x.ElementAtOrDefault(2)),
            "index_select" => x[0].Take(x[1], c.Int("axis")),
            "gather" => x[0].TakeAlong(x[1], c.Int("axis")),
            "index_add" => x[0].IndexAdd(x[1], x[2], c.Int("axis")),
            "masked_select" => x[0].TakeWhere(x[1]),
            "one_hot" => x[0].OneHot(c.Int("classes"), DType.Int64),
            "conv2d" => x[0].Convolution2d(x[1], x.ElementAtOrDefault(2), Window(c, x[1].Shape[2], x[1].Shape[3])),
            "max_pool2d" => x[0].MaxPool2d(Window(c, c.Ints("kernelSize")[0], c.Ints("kernelSize")[1])),
            "avg_pool2d" => x[0]
                .AveragePool2d(Window(c, c.Ints("kernelSize")[0], c.Ints("kernelSize")[1]), c.Flag("countIncludePad")),
            _ when LossGoldens.ByMethod.ContainsKey(c.Op) => LossGoldens.Run(c, x),
            _ => Sliding(c, x[0], x.ElementAtOrDefault(1), x.ElementAtOrDefault(2))
                ?? throw new NotSupportedException($"The golden operation {c.Op} has no counterpart here."),
        };

    private static Tensor Turned(Tensor x, bool turn) => turn ? x.Transpose() : x;

    private static Tensor[] Both((Tensor Values, Tensor Indices) pair) => [pair.Values, pair.Indices];

    private static Window2d Window(GoldenCase c, int height, int width)
    {
        var (stride, padding) = (c.Ints("stride"), c.Ints("padding"));
        var dilation = c.Has("dilation") ? c.Ints("dilation") : [1, 1];
        var groups = c.Has("groups") ? c.Int("groups") : 1;
        return new(height, width, stride[0], stride[1], padding[0], padding[1], dilation[0], dilation[1], groups);
    }

    private static Tensor[] BatchNorm(GoldenCase c, Tensor[] x)
    {
        Tensor Vector(double[] values) => Tensor.From(values).To(x[0].DType).To(x[0].Device);
        var channels = x[0].Shape[1];
        var scale = x.Length > 1 ? x[1] : Vector([.. Enumerable.Repeat(1.0, channels)]);
        var shift = x.Length > 1 ? x[2] : Vector(new double[channels]);
        var (mean, variance) = (Vector(c.Numbers("runningMean")), Vector(c.Numbers("runningVariance")));
        var epsilon = c.Number("epsilon");
        if (!c.Flag("training"))
        {
            return [x[0].BatchNormInference(scale, shift, mean, variance, epsilon), mean, variance];
        }

        var (y, batchMean, batchVariance) = x[0].BatchNorm(scale, shift, epsilon);
        var count = x[0].Count / (double)channels;
        var momentum = c.Number("momentum");
        return
        [
            y,
            mean * (1 - momentum) + batchMean * momentum,
            variance * (1 - momentum) + batchVariance * (momentum * count / (count - 1)),
        ];
    }
}
