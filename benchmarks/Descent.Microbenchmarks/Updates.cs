using BenchmarkDotNet.Attributes;
using Descent.Backends;
using Descent.Optimizers;

namespace Descent.Microbenchmarks;

/// <summary>Optimizers' updates of one parameter, in place.</summary>
public class Updates : KernelBenchmark
{
    private Operand weight;
    private Operand gradient;
    private Operand first;
    private Operand second;
    private UpdateConstants<double> constants;

    /// <summary>Weights.</summary>
    [Params(1_000_000, 25_000_000)]
    public int Count { get; set; }

    /// <inheritdoc/>
    public override Work WorkOf(string kernel)
    {
        var states = kernel switch
        {
            nameof(Sgd) => 0,
            nameof(Momentum) => 1,
            _ => 2,
        };
        var one = Floats(Count);
        return new(0, (2 + states) * one, (1 + states) * one) { Footprint = (2 + states) * one };
    }

    /// <summary>Prepares plain descent.</summary>
    [GlobalSetup(Target = nameof(Sgd))]
    public void PrepareSgd() => Prepare(1e-3, 1e-4);

    /// <summary>Prepares momentum.</summary>
    [GlobalSetup(Target = nameof(Momentum))]
    public void PrepareMomentum() => Prepare(1e-3, 1e-4, 0.9);

    /// <summary>Prepares Adam.</summary>
    [GlobalSetup(Target = nameof(Adam))]
    public void PrepareAdam() => Prepare(1e-3, 1e-4, 0.9, 0.1, 0.999, 0.001, 1, 1e-8);

    /// <summary>Plain descent.</summary>
    [Benchmark]
    public void Sgd() =>
        Backend.Update<SgdKernel>(weight, gradient, Operand.None, Operand.None, Operand.None, constants);

    /// <summary>With momentum.</summary>
    [Benchmark]
    public void Momentum() =>
        Backend.Update<MomentumKernel>(weight, gradient, first, Operand.None, Operand.None, constants);

    /// <summary>Adam.</summary>
    [Benchmark]
    public void Adam() => Backend.Update<AdamKernel>(weight, gradient, first, second, Operand.None, constants);

    private void Prepare(params ReadOnlySpan<double> numbers)
    {
        (weight, gradient) = (Normal([Count]), Normal([Count]));
        (first, second) = (Normal([Count]), Uniform([Count]));
        for (var i = 0; i < numbers.Length; i++)
        {
            constants[i] = numbers[i];
        }
    }
}
