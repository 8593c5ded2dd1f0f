using Descent.Backends;
using Descent.Backends.Cpu;
using Descent.Backends.Reference;

namespace Descent.Tests.Backends;

/// <summary>Every primitive of the CPU backend against the reference backend, and against itself at other widths.</summary>
public class CpuBackendTests
{
    private static readonly int[] Widths = [512, 256, 128, 0];

    public static TheoryData<DType, Layout> Kinds()
    {
        var kinds = new TheoryData<DType, Layout>();
        foreach (var dtype in Enum.GetValues<DType>())
        {
            foreach (var layout in Enum.GetValues<Layout>())
            {
                kinds.Add(dtype, layout);
            }
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryPrimitiveAgreesWithTheReference(DType dtype, Layout layout)
    {
        foreach (var test in CasesFor(dtype))
        {
            var expected = Results(test, new ReferenceBackend(), dtype, layout);
            var actual = Results(test, new CpuBackend(), dtype, layout);
            AssertClose(test.Name, expected, actual, test.Moves || !dtype.IsFloating() ? 0 : Tolerance(dtype));
        }
    }

    [Theory]
    [InlineData(DType.Float32, Layout.Contiguous)]
    [InlineData(DType.Float64, Layout.Contiguous)]
    [InlineData(DType.Float32, Layout.Sliced)]
    [InlineData(DType.Float64, Layout.Broadcast)]
    public void EveryWidthGivesTheSameBits(DType dtype, Layout layout)
    {
        foreach (var test in CasesFor(dtype))
        {
            var expected = Results(test, new CpuBackend(Widths[0]), dtype, layout);
            foreach (var width in Widths[1..])
            {
                AssertClose(test.Name, expected, Results(test, new CpuBackend(width), dtype, layout), 0);
            }
        }
    }

    internal static void AssertClose(string name, List<double[]> expected, List<double[]> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var output = 0; output < expected.Count; output++)
        {
            Assert.Equal(expected[output].Length, actual[output].Length);
            for (var i = 0; i < expected[output].Length; i++)
            {
                var (wanted, got) = (expected[output][i], actual[output][i]);
                var same = BitConverter.DoubleToInt64Bits(wanted) == BitConverter.DoubleToInt64Bits(got);
                // What is not a number has a sign and digits that no arithmetic promises; only our own widths agree in them.
                var bothNaN = tolerance > 0 && double.IsNaN(wanted) && double.IsNaN(got);
                Assert.True(
                    same || bothNaN || Math.Abs(wanted - got) <= tolerance * Math.Max(1, Math.Abs(wanted)),
                    $"{name}, output {output}, element {i}: {wanted} expected, {got} found."
                );
            }
        }
    }

    internal static double Tolerance(DType dtype) => dtype == DType.Float32 ? 2e-5 : 1e-12;

    internal static IEnumerable<BackendCase> CasesFor(DType dtype) =>
        BackendCases.All.Where(test =>
            dtype.IsFloating() || (test.ForIntegers && dtype.ByteSize() > 1) || (test.Moves && !test.ForIntegers)
        );

    internal static List<double[]> Results(BackendCase test, Backend backend, DType dtype, Layout layout)
    {
        var arena = new Arena(backend, dtype, layout);
        test.Run(arena);
        return arena.Results();
    }
}
