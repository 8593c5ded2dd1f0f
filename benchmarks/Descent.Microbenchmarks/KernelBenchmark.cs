using Descent.Backends;
using Descent.Backends.Cpu;
using Descent.Numerics;

namespace Descent.Microbenchmarks;

/// <summary>A family of kernels: its benchmarks are named after them and call the backend and nothing else.</summary>
public abstract class KernelBenchmark
{
    private static readonly RandomSource Source = new(1, "microbenchmarks");

    /// <summary>The backend that is measured.</summary>
    protected CpuBackend Backend { get; } = new();

    /// <summary>What one call of a kernel computes and moves, for the parameters that are set.</summary>
    public abstract Work WorkOf(string kernel);

    /// <summary>A contiguous operand of standard normal numbers.</summary>
    protected Operand Normal(Shape shape)
    {
        var operand = Make(shape);
        Backend.FillNormal(Source, operand);
        return operand;
    }

    /// <summary>A contiguous operand of numbers in [0, 1).</summary>
    protected Operand Uniform(Shape shape)
    {
        var operand = Make(shape);
        Backend.FillUniform(Source, operand);
        return operand;
    }

    /// <summary>A contiguous operand whose memory has been touched.</summary>
    protected Operand Make(Shape shape, DType dtype = DType.Float32)
    {
        var operand = new Operand(Backend.Rent(shape.Count * dtype.ByteSize()), dtype, shape, shape.RowMajorStrides());
        Backend.Fill(operand, 0);
        return operand;
    }

    /// <summary>Bytes of so many floats.</summary>
    protected static double Floats(double count) => count * sizeof(float);
}
