using System.Collections.Concurrent;
using System.Globalization;
using Descent.Numerics;

namespace Descent.Microbenchmarks;

/// <summary>What one call of a kernel must compute and move at the least, each operand read or written once.</summary>
/// <param name="Flops">Multiplications and additions of the definition; zero where moving is what counts.</param>
/// <param name="BytesRead">Bytes of its inputs.</param>
/// <param name="BytesWritten">Bytes of its outputs.</param>
public readonly record struct Work(double Flops, double BytesRead, double BytesWritten)
{
    private static readonly ConcurrentDictionary<string, double> Measured = new();

    /// <summary>Bytes read and written.</summary>
    public double Bytes => BytesRead + BytesWritten;

    /// <summary>Bytes of memory touched: fewer than <see cref="Bytes"/> where an operand is changed in place.</summary>
    public double Footprint { get; init; } = BytesRead + BytesWritten;

    /// <summary>Whether arithmetic and not memory sets the shortest time.</summary>
    public bool IsArithmetic => ArithmeticSeconds > MemorySeconds;

    /// <summary>The shortest time that this machine's measured peaks allow.</summary>
    public double BoundSeconds => Math.Max(ArithmeticSeconds, MemorySeconds);

    /// <summary>The peak that sets the bound, in words.</summary>
    public string Bound => IsArithmetic ? $"fma {Text(Gigaflops)} GFLOP/s" : $"{Probe.Name} {Text(Bandwidth)} GB/s";

    private double ArithmeticSeconds => Flops == 0 ? 0 : Flops / Gigaflops / 1e9;

    private double MemorySeconds => Bytes / Bandwidth / 1e9;

    private static double Gigaflops =>
        Measured.GetOrAdd("fma", _ => MachinePeak.FusedMultiplyAddGigaflops(WorkSplitter.Threads));

    // The probe over as many bytes of memory whose share of writing is nearest.
    private double Bandwidth
    {
        get
        {
            var (name, measure) = Probe;
            var bytes = (long)Math.Min(Footprint, MachinePeak.BeyondCaches);
            return Measured.GetOrAdd($"{name} {bytes}", _ => measure(WorkSplitter.Threads, bytes));
        }
    }

    private (string Name, Func<int, long, double> Measure) Probe =>
        (BytesWritten / Bytes) switch
        {
            _ when Footprint < Bytes => ("in place", MachinePeak.InPlaceGigabytesPerSecond),
            < 1 / 6.0 => ("read", MachinePeak.ReadGigabytesPerSecond),
            < 5 / 12.0 => ("triad", MachinePeak.TriadGigabytesPerSecond),
            _ => ("copy", MachinePeak.CopyGigabytesPerSecond),
        };

    /// <summary>A figure in three digits, or whole where it has more.</summary>
    internal static string Text(double value) =>
        value.ToString(
            value < 10 ? "0.00"
                : value < 100 ? "0.0"
                : "0",
            CultureInfo.InvariantCulture
        );
}
