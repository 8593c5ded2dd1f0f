using BenchmarkDotNet.Attributes;
using Descent.Backends;

namespace Descent.Microbenchmarks;

/// <summary>Convolutions and their gradients.</summary>
public class Convolution : KernelBenchmark
{
    private Operand x;
    private Operand w;
    private Operand bias;
    private Operand y;
    private Operand dy;
    private Operand dx;
    private Operand dw;
    private Operand dbias;

    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Cases))]
    public ConvolutionCase Case { get; set; } = null!;

    /// <summary>The layers of small networks, and of larger ones at small batches.</summary>
    public static IEnumerable<ConvolutionCase> Cases =>
        [
            new("nielsen1", 100, 1, 20, 28, 5, 0),
            new("nielsen2", 100, 20, 40, 12, 5, 0),
            new("book1", 64, 1, 16, 28, 3, 1),
            new("book2", 64, 16, 32, 14, 3, 1),
            new("colour", 8, 3, 16, 112, 3, 1),
            new("vgg", 4, 64, 64, 56, 3, 1),
            new("vgg deep", 8, 256, 256, 14, 3, 1),
            new("pointwise", 4, 256, 64, 28, 1, 0),
            new("resnet", 8, 3, 64, 224, 7, 3, 2),
            new("resnet", 8, 64, 128, 56, 3, 1, 2),
            new("resnet", 8, 512, 512, 7, 3, 1),
            new("shortcut", 8, 64, 128, 56, 1, 0, 2),
            new("bottleneck", 8, 256, 64, 56, 1, 0),
            new("bottleneck", 8, 512, 2048, 7, 1, 0),
            new("depthwise", 4, 128, 128, 56, 3, 1, 1, 128),
        ];

    /// <summary>Makes pictures, filters and gradients.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        x = Normal([Case.Batch, Case.Channels, Case.Size, Case.Size]);
        w = Normal([Case.Filters, Case.Channels / Case.Groups, Case.Kernel, Case.Kernel]);
        bias = Normal([Case.Filters]);
        y = Make([Case.Batch, Case.Filters, Case.OutputSize, Case.OutputSize]);
        dy = Normal(y.Shape);
        dx = Make(x.Shape);
        dw = Make(w.Shape);
        dbias = Make(bias.Shape);
    }

    /// <inheritdoc/>
    public override Work WorkOf(string kernel)
    {
        var outputs = (double)Case.Batch * Case.Filters * Case.OutputSize * Case.OutputSize;
        var inputs = (double)Case.Batch * Case.Channels * Case.Size * Case.Size;
        var weights = (double)Case.Filters * Case.Channels / Case.Groups * Case.Kernel * Case.Kernel;
        var flops = 2 * outputs * Case.Channels / Case.Groups * Case.Kernel * Case.Kernel;
        return kernel switch
        {
            nameof(Forward) => new(flops, Floats(inputs + weights), Floats(outputs)),
            nameof(DataGradient) => new(flops, Floats(outputs + weights), Floats(inputs)),
            _ => new(flops, Floats(inputs + outputs), Floats(weights)),
        };
    }

    /// <summary>y = x ⋆ w + bias.</summary>
    [Benchmark]
    public bool Forward() => Backend.TryConvolution(x, w, bias, Case.Window, y);

    /// <summary>dx.</summary>
    [Benchmark]
    public bool DataGradient() => Backend.TryConvolutionDataGradient(dy, w, Case.Window, dx);

    /// <summary>dw and the bias' gradient.</summary>
    [Benchmark]
    public bool WeightGradient() => Backend.TryConvolutionWeightGradient(x, dy, Case.Window, dw, dbias);
}

/// <summary>One layer: square pictures and filters.</summary>
public record ConvolutionCase(
    string Name,
    int Batch,
    int Channels,
    int Filters,
    int Size,
    int Kernel,
    int Padding,
    int Stride = 1,
    int Groups = 1
)
{
    /// <summary>How the filter slides.</summary>
    public Window2d Window => new(Kernel, Kernel, Stride, Stride, Padding, Padding, Groups: Groups);

    /// <summary>Rows and columns that come out.</summary>
    public int OutputSize => Window.OutputHeight(Size);

    /// <summary>Name, batch, channels to filters, filter and picture.</summary>
    public override string ToString() =>
        $"{Name} {Batch}x {Channels}-{Filters} {Kernel}x{Kernel}{(Stride == 1 ? "" : $"/{Stride}")} {Size}x{Size}";
}
