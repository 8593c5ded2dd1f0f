using Descent.Baselines;
using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Benchmarks;

/// <summary>Larger operations, forward and backward, products, neighbours, and the updates of optimizers.</summary>
internal static class KernelWorkloads
{
    private const int Parameters = 25_000_000;
    private const int ChainLength = 100;

    public static IReadOnlyDictionary<string, Func<PeerState?, Workload>> All { get; } =
        new Dictionary<string, Func<PeerState?, Workload>>
        {
            ["optimizer_adam_25M"] = state => Update(module => new Adam(module), 28, state),
            ["optimizer_sgdmom_25M"] = _ => Update(module => new Sgd(module, 0.1, momentum: 0.9), 20, null),
            ["softmax_ce_256x10000"] = SoftmaxCrossEntropy,
            ["batchnorm_32x64x56x56"] = BatchNorm,
            ["knn_l1_1000x5000x3072"] = _ => NearestByL1(1000, 5000, 3072),
            ["matmul_256"] = _ => MatMul(256),
            ["matmul_512"] = _ => MatMul(512),
            ["matmul_1024"] = _ => MatMul(1024),
            ["matmul_2048"] = _ => MatMul(2048),
            ["autograd_overhead_scalar"] = _ => Chain(),
        };

    /// <summary>The update alone, as the peer times it: the gradient is there already.</summary>
    private static Workload Update(Func<Module, Optimizer> optimizer, int bytes, PeerState? state)
    {
        var difference = (double?)null;
        if (state is not null)
        {
            var (small, smallUpdate) = Updates(optimizer, state.Input);
            small.Assign(state.All("before")[0]);
            for (var step = 0; step < PeerState.Steps; step++)
            {
                smallUpdate();
            }

            difference = PeerState.Difference(small, state.All("after")[0]);
        }

        var gradient = Tensor.RandomUniform([Parameters], Source("gradient"), -0.01, 0.01);
        return new Workload(Updates(optimizer, gradient).Update)
        {
            Bytes = (double)Parameters * bytes,
            Difference = difference,
        };
    }

    private static (Parameter Weight, Func<double> Update) Updates(Func<Module, Optimizer> make, Tensor gradient)
    {
        var holder = new Holder(gradient.Shape);
        holder.Initialize(1);
        var optimizer = make(holder);
        return (
            holder.Weight,
            () =>
            {
                using var step = optimizer.BeginStep();
                Tape.Current!.Add(holder.Weight, gradient);
                optimizer.Update();
                return 0;
            }
        );
    }

    private static Workload SoftmaxCrossEntropy(PeerState? state)
    {
        var logits = state?.Input ?? Tensor.RandomNormal([256, 10000], Source("logits"));
        var labels = state?.Target ?? Tensor.RandomUniform([256], Source("labels"), 0, 10000).To(DType.Int64);
        var recorded = new Recorded();
        double Run(Func<Tensor, Tensor, double> use) =>
            recorded.Backward(logits, () => Loss.CrossEntropy(logits, labels), null, use);
        return new Workload(() => Run((loss, _) => loss.ToScalar()))
        {
            Samples = 256,
            Bytes = 256.0 * 10000 * sizeof(float) * 4,
            Difference = state is null
                ? null
                : Run(
                    (loss, gradient) =>
                        Math.Max(
                            Math.Abs(loss.ToScalar() - state.Losses[0]),
                            PeerState.Difference(gradient, state.All("after")[0])
                        )
                ),
        };
    }

    private static Workload BatchNorm(PeerState? state)
    {
        Shape shape = [32, 64, 56, 56];
        var layer = new BatchNorm2d(64);
        layer.Initialize(1);
        var x = state?.Input ?? Tensor.RandomNormal(shape, Source("x"));
        var gradient = state?.Target ?? Tensor.RandomNormal(shape, Source("gradient"));
        var recorded = new Recorded();
        double Run(Func<Tensor, Tensor, double> use) => recorded.Backward(x, () => layer.Forward(x), gradient, use);
        return new Workload(() => Run((_, _) => 0))
        {
            Samples = 32,
            // Forward reads twice and writes; backward reads two tensors twice and writes one.
            Bytes = (double)shape.Count * sizeof(float) * 8,
            Difference = state is null
                ? null
                : Run(
                    (y, dx) =>
                        Math.Max(
                            PeerState.Difference(y, state.All("after")[0]),
                            PeerState.Difference(dx, state.All("after")[1])
                        )
                ),
        };
    }

    private static Workload NearestByL1(int queries, int samples, int features)
    {
        var classifier = new NearestNeighbors(neighbors: 1, DistanceMetric.L1);
        classifier.Fit(
            Tensor.RandomUniform([samples, features], Source("samples")),
            Tensor.RandomUniform([samples], Source("labels"), 0, 10).To(DType.Int64)
        );
        var asked = Tensor.RandomUniform([queries, features], Source("queries"));
        return new Workload(() =>
        {
            classifier.Predict(asked);
            return 0;
        })
        {
            Samples = queries,
            // A subtraction, an absolute value and an addition, as the peer counts.
            Flops = 3.0 * queries * samples * features,
        };
    }

    private static Workload MatMul(int size)
    {
        var a = Tensor.RandomNormal([size, size], Source("a"));
        var b = Tensor.RandomNormal([size, size], Source("b"));
        var recorded = new Recorded();
        return new Workload(() => recorded.Forward(() => a.MatMul(b))) { Flops = 2.0 * size * size * size };
    }

    private static Workload Chain()
    {
        var x = Tensor.Ones([1]);
        var recorded = new Recorded();
        return new Workload(() => recorded.Backward(x, Multiply, null, (_, _) => 0)) { Samples = ChainLength };

        Tensor Multiply()
        {
            var y = x;
            for (var link = 0; link < ChainLength; link++)
            {
                y *= 1.0001;
            }

            return y;
        }
    }

    private static RandomSource Source(string purpose) => new(7, purpose);

    private sealed class Holder(Shape shape) : Module
    {
        public Parameter Weight { get; } = new(shape, Initializers.Normal());
    }
}
