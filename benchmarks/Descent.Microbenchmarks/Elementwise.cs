using BenchmarkDotNet.Attributes;
using Descent.Backends;

namespace Descent.Microbenchmarks;

/// <summary>Formulas element by element, in a cache and in memory.</summary>
public class Elementwise : KernelBenchmark
{
    private Operand a;
    private Operand b;
    private Operand y;

    /// <summary>Elements.</summary>
    [Params(64 << 10, 16 << 20)]
    public int Count { get; set; }

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Prepare() => (a, b, y) = (Normal([Count]), Normal([Count]), Make([Count]));

    /// <inheritdoc/>
    public override Work WorkOf(string kernel)
    {
        var inputs = kernel is nameof(Add) or nameof(ReluGradient) or nameof(TanhGradient) ? 2 : 1;
        return new(0, Floats(inputs * (double)Count), Floats(Count));
    }

    /// <summary>max(a, 0).</summary>
    [Benchmark]
    public void Relu() => Backend.Unary<ReluKernel>(a, y);

    /// <summary>Its gradient.</summary>
    [Benchmark]
    public void ReluGradient() => Backend.UnaryGradient<ReluKernel>(a, a, b, y);

    /// <summary>a + b.</summary>
    [Benchmark]
    public void Add() => Backend.Binary<AddKernel>(a, b, y);

    /// <summary>eᵃ.</summary>
    [Benchmark]
    public void Exp() => Backend.Unary<ExpKernel>(a, y);

    /// <summary>1 / (1 + e⁻ᵃ).</summary>
    [Benchmark]
    public void Sigmoid() => Backend.Unary<SigmoidKernel>(a, y);

    /// <summary>tanh a.</summary>
    [Benchmark]
    public void Tanh() => Backend.Unary<TanhKernel>(a, y);

    /// <summary>Its gradient.</summary>
    [Benchmark]
    public void TanhGradient() => Backend.UnaryGradient<TanhKernel>(a, a, b, y);
}
