using BenchmarkDotNet.Attributes;
using Descent.Backends;

namespace Descent.Microbenchmarks;

/// <summary>Batch normalisation in training, and its gradient.</summary>
/// <remarks>The work counts one reading of the input: a channel's pictures of the larger case stay in a cache of 1 MB between the two passes.</remarks>
public class BatchNorm : KernelBenchmark
{
    private const double Epsilon = 1e-5;

    private Operand x;
    private Operand scale;
    private Operand shift;
    private Operand y;
    private Operand mean;
    private Operand variance;
    private Operand dy;
    private Operand dx;
    private Operand dscale;
    private Operand dshift;

    /// <summary>The input.</summary>
    [ParamsSource(nameof(Cases))]
    public ShapeCase Case { get; set; } = null!;

    /// <summary>Pictures in the middle of a network, small pictures, and rows of features.</summary>
    public static IEnumerable<ShapeCase> Cases => [new(32, 64, 56, 56), new(64, 16, 28, 28), new(100, 1000)];

    /// <summary>Makes input, statistics and gradients.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        Shape channels = [Case.Sizes[1]];
        (x, dy) = (Normal(Case.Shape), Normal(Case.Shape));
        (y, dx) = (Make(Case.Shape), Make(Case.Shape));
        (scale, shift) = (Normal(channels), Normal(channels));
        (mean, variance) = (Make(channels), Make(channels));
        (dscale, dshift) = (Make(channels), Make(channels));
        Forward();
    }

    /// <inheritdoc/>
    public override Work WorkOf(string kernel)
    {
        var one = Floats(Case.Shape.Count);
        return new(0, kernel == nameof(Forward) ? one : 2 * one, one);
    }

    /// <summary>y and the batch's statistics.</summary>
    [Benchmark]
    public bool Forward() => Backend.TryBatchNorm(x, scale, shift, Epsilon, y, mean, variance);

    /// <summary>dx, dγ and dβ.</summary>
    [Benchmark]
    public bool Gradient() => Backend.TryBatchNormGradient(x, dy, scale, mean, variance, Epsilon, dx, dscale, dshift);
}
