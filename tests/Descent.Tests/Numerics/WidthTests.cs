using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Descent.Numerics;

namespace Descent.Tests.Numerics;

/// <summary>The same bits on every width, and in processes without the wide instructions.</summary>
public class WidthTests
{
    [Fact]
    [Trait("Runs", "OnEveryInstructionSet")]
    public void EveryFunction_GivesTheSameBits_OnEveryWidth()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Compare<ExpFunction>(hash);
        Compare<Expm1Function>(hash);
        Compare<LogFunction>(hash);
        Compare<Log1pFunction>(hash);
        Compare<TanhFunction>(hash);
        Compare<SigmoidFunction>(hash);
        Compare<ErfFunction>(hash);
        Compare<SqrtFunction>(hash);
        var result = Convert.ToHexString(hash.GetHashAndReset());
        ChildProcess.Report("elementary functions", result);
        Assert.Equal(64, result.Length);
    }

    [Fact]
    [Trait("Runs", "OnEveryInstructionSet")]
    public void RandomNumbers_AreTheSame_OnEveryWidth()
    {
        var source = new RandomSource(17, "widths");
        var (floats, doubles, words) = (new float[1000], new double[1000], new uint[1000]);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        source.FillNormal(floats);
        source.FillNormal(doubles);
        source.FillBits(words);
        hash.AppendData(MemoryMarshal.AsBytes(floats.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(doubles.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(words.AsSpan()));
        var result = Convert.ToHexString(hash.GetHashAndReset());
        ChildProcess.Report("random numbers", result);
        Assert.Equal(64, result.Length);
    }

    [Fact]
    public void Results_DoNotDependOnTheInstructionSet()
    {
        var here = Run("DOTNET_TieredPGO");
        var withoutAvx512 = Run("DOTNET_EnableAVX512");
        var withoutAvx2 = Run("DOTNET_EnableAVX2");
        foreach (var what in new[] { "elementary functions", "random numbers" })
        {
            Assert.Equal(here[what], withoutAvx512[what]);
            Assert.Equal(here[what], withoutAvx2[what]);
        }
    }

    private static IReadOnlyDictionary<string, string> Run(string switchedOff) =>
        ChildProcess
            .RunTests("--filter-trait", "Runs=OnEveryInstructionSet", (switchedOff, "0"))
            .AssertPassed()
            .Reports;

    private static void Compare<TFunction>(IncrementalHash hash)
        where TFunction : struct, IFunction
    {
        var floats = new float[20_000];
        var doubles = new double[20_000];
        for (var i = 0; i < floats.Length; i++)
        {
            floats[i] = BitConverter.UInt32BitsToSingle((uint)i * 214_747u);
            doubles[i] =
                i % 2 == 0
                    ? BitConverter.UInt64BitsToDouble((ulong)i * 922_337_203_685_477UL)
                    : (i - 10_000) * 0.0123456789;
        }

        hash.AppendData(MemoryMarshal.AsBytes(OnEveryWidth<TFunction, float>(floats).AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(OnEveryWidth<TFunction, double>(doubles).AsSpan()));
    }

    private static TElement[] OnEveryWidth<TFunction, TElement>(TElement[] x)
        where TFunction : struct, IFunction
        where TElement : unmanaged
    {
        var first = WithOneNaN(EveryWidth.Map<TFunction, TElement>("scalar", x));
        foreach (var width in EveryWidth.Names[1..])
        {
            var other = WithOneNaN(EveryWidth.Map<TFunction, TElement>(width, x));
            Assert.True(
                MemoryMarshal.AsBytes(first.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(other.AsSpan())),
                $"{typeof(TFunction).Name} of {typeof(TElement).Name}: scalar and {width} differ"
            );
        }

        return first;
    }

    /// <summary>NaN has many bit patterns that mean the same.</summary>
    private static TElement[] WithOneNaN<TElement>(TElement[] values)
        where TElement : unmanaged
    {
        if (values is float[] floats)
        {
            floats.AsSpan().Replace(float.NaN, float.NaN);
        }
        else if (values is double[] doubles)
        {
            doubles.AsSpan().Replace(double.NaN, double.NaN);
        }

        return values;
    }
}
