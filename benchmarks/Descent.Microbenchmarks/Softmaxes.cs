using BenchmarkDotNet.Attributes;
using Descent.Backends;

namespace Descent.Microbenchmarks;

/// <summary>Softmax, its logarithm and the cross-entropy, with their gradients.</summary>
public class Softmaxes : KernelBenchmark
{
    private Operand logits;
    private Operand softmax;
    private Operand logarithms;
    private Operand gradient;
    private Operand result;
    private Operand labels;
    private Operand losses;

    /// <summary>Rows and classes.</summary>
    [ParamsSource(nameof(Cases))]
    public ShapeCase Case { get; set; } = null!;

    /// <summary>Digits, a thousand classes, many classes.</summary>
    public static IEnumerable<ShapeCase> Cases => [new(100, 10), new(256, 1000), new(256, 10000)];

    /// <summary>Makes logits, labels and gradients.</summary>
    [GlobalSetup]
    public unsafe void Prepare()
    {
        var (rows, classes) = (Case.Sizes[0], Case.Sizes[1]);
        (logits, gradient) = (Normal(Case.Shape), Normal(Case.Shape));
        (softmax, logarithms, result) = (Make(Case.Shape), Make(Case.Shape), Make(Case.Shape));
        losses = Make([rows]);
        labels = Make([rows], DType.Int64);
        for (var row = 0; row < rows; row++)
        {
            ((long*)labels.Address)[row] = row * 7919L % classes;
        }

        Backend.TrySoftmax(logits, softmax);
        Backend.TryLogSoftmax(logits, logarithms);
    }

    /// <inheritdoc/>
    public override Work WorkOf(string kernel)
    {
        var one = Floats(Case.Shape.Count);
        return new(
            0,
            kernel is nameof(SoftmaxGradient) or nameof(LogSoftmaxGradient) ? 2 * one : one,
            kernel is nameof(CrossEntropyLosses) ? 0 : one
        );
    }

    /// <summary>Softmax of rows.</summary>
    [Benchmark]
    public bool Softmax() => Backend.TrySoftmax(logits, result);

    /// <summary>dx of it.</summary>
    [Benchmark]
    public bool SoftmaxGradient() => Backend.TrySoftmaxGradient(softmax, gradient, result);

    /// <summary>Logarithm of the softmax.</summary>
    [Benchmark]
    public bool LogSoftmax() => Backend.TryLogSoftmax(logits, result);

    /// <summary>dx of it.</summary>
    [Benchmark]
    public bool LogSoftmaxGradient() => Backend.TryLogSoftmaxGradient(logarithms, gradient, result);

    /// <summary>Losses and their slopes: the forward and the backward pass of training.</summary>
    [Benchmark]
    public bool CrossEntropy() => Backend.TryCrossEntropy(logits, labels, 1.0 / Case.Sizes[0], losses, result);

    /// <summary>Losses alone, as in validation.</summary>
    [Benchmark]
    public bool CrossEntropyLosses() => Backend.TryCrossEntropy(logits, labels, 1, losses, Operand.None);
}
