using Descent.Formats;

namespace Descent.Benchmarks;

/// <summary>What the peer started from and what became of it, as peer/export_states.py wrote it.</summary>
internal sealed class PeerState(string path)
{
    /// <summary>The largest difference that is accepted, of any element of any tensor and of the loss.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>How many steps the peer made.</summary>
    public const int Steps = 5;

    private readonly IReadOnlyDictionary<string, Tensor> tensors = Safetensors.Read(path).Tensors;

    public Tensor Input => tensors["input"];

    public Tensor Target => tensors["target"];

    public double[] Losses => tensors["losses"].To(DType.Float64).ToArray<double>();

    /// <summary>The element type that the peer made its steps in: float64 where they magnify the rounding of float32 beyond comparison.</summary>
    public DType Precision => tensors["losses"].DType;

    /// <summary>The tensors <c>before.0</c>, <c>before.1</c>, … or <c>after.0</c>, …</summary>
    public Tensor[] All(string when) =>
        [
            .. Enumerable
                .Range(0, tensors.Count)
                .Select(index => tensors.GetValueOrDefault($"{when}.{index}"))
                .OfType<Tensor>(),
        ];

    /// <summary>The largest absolute difference of two tensors of one shape.</summary>
    public static double Difference(Tensor ours, Tensor theirs) => (ours - theirs).Abs().Max().ToScalar();

    /// <summary>The largest of differences; not a number when one is none, which <see cref="Enumerable.Max(IEnumerable{double})"/> passes over.</summary>
    public static double Largest(IEnumerable<double> differences) => differences.Aggregate(0.0, Math.Max);
}
