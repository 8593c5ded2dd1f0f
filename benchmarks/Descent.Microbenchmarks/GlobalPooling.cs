using BenchmarkDotNet.Attributes;
using Descent.Backends;

namespace Descent.Microbenchmarks;

/// <summary>Global average pooling: the sum of each plane, of which a division is left.</summary>
public class GlobalPooling : KernelBenchmark
{
    private Operand x;
    private Operand sums;

    /// <summary>The input.</summary>
    [ParamsSource(nameof(Cases))]
    public ShapeCase Case { get; set; } = null!;

    /// <summary>The ends of residual networks, and larger planes.</summary>
    public static IEnumerable<ShapeCase> Cases => [new(8, 512, 7, 7), new(8, 256, 14, 14), new(8, 64, 56, 56)];

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        x = Normal(Case.Shape);
        sums = Make([Case.Sizes[0], Case.Sizes[1], 1, 1]);
    }

    /// <inheritdoc/>
    public override Work WorkOf(string kernel) => new(0, Floats(Case.Shape.Count), Floats(sums.Count));

    /// <summary>The sums.</summary>
    [Benchmark]
    public void Sum() => Backend.Reduce<SumKernel>(x, sums);
}
