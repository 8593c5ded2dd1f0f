using BenchmarkDotNet.Attributes;
using Descent.Backends;

namespace Descent.Microbenchmarks;

/// <summary>Max pooling and its gradient.</summary>
public class MaxPooling : KernelBenchmark
{
    private Operand x;
    private Operand y;
    private Operand places;
    private Operand dy;
    private Operand dx;

    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Cases))]
    public PoolingCase Case { get; set; } = null!;

    /// <summary>Halving, as most networks do it, and overlapping windows.</summary>
    public static IEnumerable<PoolingCase> Cases =>
        [
            new("nielsen1", 100, 20, 24, new(2, 2, 2, 2)),
            new("nielsen2", 100, 40, 8, new(2, 2, 2, 2)),
            new("book1", 64, 16, 28, new(2, 2, 2, 2)),
            new("vgg", 8, 64, 112, new(2, 2, 2, 2)),
            new("overlapping", 8, 64, 112, new(3, 3, 2, 2, 1, 1)),
        ];

    /// <summary>Makes pictures and gradients.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        x = Normal([Case.Batch, Case.Channels, Case.Size, Case.Size]);
        y = Make([Case.Batch, Case.Channels, Case.OutputSize, Case.OutputSize]);
        places = Make(y.Shape, DType.UInt8);
        dy = Normal(y.Shape);
        dx = Make(x.Shape);
        Backend.TryMaxPool(x, Case.Window, y, places);
    }

    /// <inheritdoc/>
    public override Work WorkOf(string kernel)
    {
        var planes = (double)Case.Batch * Case.Channels;
        var (inputs, outputs) = (planes * Case.Size * Case.Size, planes * Case.OutputSize * Case.OutputSize);
        return kernel switch
        {
            nameof(Forward) => new(0, Floats(inputs), Floats(outputs) + outputs),
            nameof(Inference) => new(0, Floats(inputs), Floats(outputs)),
            _ => new(0, Floats(outputs) + outputs, Floats(inputs)),
        };
    }

    /// <summary>y and the places of the largest.</summary>
    [Benchmark]
    public bool Forward() => Backend.TryMaxPool(x, Case.Window, y, places);

    /// <summary>y alone.</summary>
    [Benchmark]
    public bool Inference() => Backend.TryMaxPool(x, Case.Window, y, Operand.None);

    /// <summary>dx.</summary>
    [Benchmark]
    public bool Gradient() => Backend.TryMaxPoolGradient(dy, places, Case.Window, dx);
}

/// <summary>One layer on square pictures.</summary>
public record PoolingCase(string Name, int Batch, int Channels, int Size, Window2d Window)
{
    /// <summary>Rows and columns that come out.</summary>
    public int OutputSize => Window.OutputHeight(Size);

    /// <summary>Name, shape and window.</summary>
    public override string ToString() =>
        $"{Name} {Batch}x{Channels}x{Size}x{Size} {Window.KernelHeight}/{Window.StrideY}";
}
