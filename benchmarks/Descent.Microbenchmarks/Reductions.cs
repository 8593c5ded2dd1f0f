using BenchmarkDotNet.Attributes;
using Descent.Backends;

namespace Descent.Microbenchmarks;

/// <summary>Sums and maxima of a matrix: over all of it, along its rows, along its columns.</summary>
public class Reductions : KernelBenchmark
{
    private Operand x;
    private Operand one;
    private Operand column;
    private Operand row;

    /// <summary>Rows and columns.</summary>
    [ParamsSource(nameof(Cases))]
    public ShapeCase Case { get; set; } = null!;

    /// <summary>In a cache, and in memory.</summary>
    public static IEnumerable<ShapeCase> Cases => [new(256, 256), new(4096, 4096)];

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        x = Normal(Case.Shape);
        one = Make([1, 1]);
        column = Make([Case.Sizes[0], 1]);
        row = Make([1, Case.Sizes[1]]);
    }

    /// <inheritdoc/>
    public override Work WorkOf(string kernel) => new(0, Floats(Case.Shape.Count), 0);

    /// <summary>The sum of all.</summary>
    [Benchmark]
    public void Sum() => Backend.Reduce<SumKernel>(x, one);

    /// <summary>The sum of each row.</summary>
    [Benchmark]
    public void SumOfRows() => Backend.Reduce<SumKernel>(x, column);

    /// <summary>The sum of each column.</summary>
    [Benchmark]
    public void SumOfColumns() => Backend.Reduce<SumKernel>(x, row);

    /// <summary>The largest of all.</summary>
    [Benchmark]
    public void Max() => Backend.Reduce<MaxKernel>(x, one);

    /// <summary>The largest of each row.</summary>
    [Benchmark]
    public void MaxOfRows() => Backend.Reduce<MaxKernel>(x, column);

    /// <summary>The largest of each column.</summary>
    [Benchmark]
    public void MaxOfColumns() => Backend.Reduce<MaxKernel>(x, row);
}
