using BenchmarkDotNet.Attributes;
using Descent.Backends;

namespace Descent.Microbenchmarks;

/// <summary>Products of matrices.</summary>
public class Gemm : KernelBenchmark
{
    private Operand a;
    private Operand b;
    private Operand y;

    /// <summary>The product that is computed.</summary>
    [ParamsSource(nameof(Cases))]
    public GemmCase Case { get; set; } = null!;

    /// <summary>Large, skinny, the layers of small networks, vectors, batches.</summary>
    public static IEnumerable<GemmCase> Cases =>
        [
            new("square", 256, 256, 256),
            new("square", 512, 512, 512),
            new("square", 1024, 1024, 1024),
            new("square", 1024, 1024, 1024, TransposeA: true),
            new("square", 1024, 1024, 1024, TransposeB: true),
            new("square", 1024, 1024, 1024, TransposeA: true, TransposeB: true),
            new("square", 2048, 2048, 2048),
            new("skinny", 32, 2048, 2048),
            new("skinny", 2048, 32, 2048),
            new("skinny", 2048, 2048, 32),
            new("forward", 10, 30, 784, TransposeB: true),
            new("forward", 100, 30, 784, TransposeB: true),
            new("forward", 200, 50, 3072, TransposeB: true),
            new("forward", 64, 128, 1568, TransposeB: true),
            new("forward", 100, 1000, 640, TransposeB: true),
            new("forward", 100, 1000, 1000, TransposeB: true),
            new("forward", 100, 10, 1000, TransposeB: true),
            new("data", 64, 1568, 128),
            new("data", 100, 640, 1000),
            new("data", 100, 1000, 10),
            new("weights", 30, 784, 100, TransposeA: true),
            new("weights", 50, 3072, 200, TransposeA: true),
            new("weights", 128, 1568, 64, TransposeA: true),
            new("weights", 1000, 640, 100, TransposeA: true),
            new("weights", 10, 1000, 100, TransposeA: true),
            new("vector", 1, 30, 784, TransposeB: true),
            new("vector", 1, 1000, 1000),
            new("vector", 1, 1000, 1000, TransposeB: true),
            new("vector", 1000, 1, 1000),
            new("vector", 1000, 1000, 1),
            new("batched", 64, 64, 64, Batch: 64),
            new("batched", 128, 128, 64, TransposeB: true, Batch: 32),
        ];

    /// <summary>Makes the matrices.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        a = Matrix(Case.Rows, Case.Depth, Case.TransposeA);
        b = Matrix(Case.Depth, Case.Columns, Case.TransposeB);
        y = Make([Case.Batch, Case.Rows, Case.Columns]);
    }

    /// <inheritdoc/>
    public override Work WorkOf(string kernel)
    {
        double m = Case.Rows,
            n = Case.Columns,
            k = Case.Depth;
        return new(2 * m * n * k * Case.Batch, Floats((m * k + k * n) * Case.Batch), Floats(m * n * Case.Batch));
    }

    /// <summary>y = a b.</summary>
    [Benchmark]
    public void Product() => Backend.MatMul(a, b, y);

    private Operand Matrix(int rows, int columns, bool isTransposed)
    {
        if (!isTransposed)
        {
            return Normal([Case.Batch, rows, columns]);
        }

        var stored = Normal([Case.Batch, columns, rows]);
        var strides = stored.Strides;
        (strides[1], strides[2]) = (strides[2], strides[1]);
        return stored.Seen([Case.Batch, rows, columns], strides, 0);
    }
}

/// <summary>One shape of product: (rows, depth) × (depth, columns), so many times.</summary>
public record GemmCase(
    string Group,
    int Rows,
    int Columns,
    int Depth,
    bool TransposeA = false,
    bool TransposeB = false,
    int Batch = 1
)
{
    /// <summary>Group, batch, M × N × K, and which operand lies transposed.</summary>
    public override string ToString() =>
        $"{Group} {(Batch > 1 ? $"{Batch} of " : "")}{Rows}x{Columns}x{Depth}"
        + $"{(TransposeA ? " At" : "")}{(TransposeB ? " Bt" : "")}";
}
