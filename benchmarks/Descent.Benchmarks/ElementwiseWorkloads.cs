using Descent.Numerics;

namespace Descent.Benchmarks;

/// <summary>Operations that memory bounds.</summary>
internal static class ElementwiseWorkloads
{
    private const int Million = 1_000_000;
    private const int TransposedSize = 4096;

    public static IReadOnlyDictionary<string, Func<PeerState?, Workload>> All { get; } =
        new Dictionary<string, Func<PeerState?, Workload>>
        {
            ["op_relu_16M"] = _ => Time((x, _) => x.Relu(), 8),
            ["op_add_16M"] = _ => Time((x, y) => x + y, 12),
            ["op_exp_16M"] = _ => Time((x, _) => x.Exp(), 8),
            ["op_sigmoid_16M"] = _ => Time((x, _) => x.Sigmoid(), 8),
            ["op_tanh_16M"] = _ => Time((x, _) => x.Tanh(), 8),
            ["op_sum_16M"] = _ => Time((x, _) => x.Sum(), 4),
            ["op_add_tiny"] = _ => Time((x, y) => x + y, 12, 16),
            ["op_add_64K"] = _ => Time((x, y) => x + y, 12, 65536),
            ["op_transpose_copy_4096"] = _ =>
                Time(
                    (x, _) => x.Reshape(TransposedSize, TransposedSize).Transpose().Clone(),
                    8,
                    TransposedSize * TransposedSize
                ),
        };

    private static Workload Time(Func<Tensor, Tensor, Tensor> operation, int bytesAnElement, int count = 16 * Million)
    {
        var x = Tensor.RandomNormal([count], new RandomSource(7, "x"));
        var y = Tensor.RandomNormal([count], new RandomSource(7, "y"));
        var recorded = new Recorded();
        return new Workload(() => recorded.Forward(() => operation(x, y))) { Bytes = (double)count * bytesAnElement };
    }
}
