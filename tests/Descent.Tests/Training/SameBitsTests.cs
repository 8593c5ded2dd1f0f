using System.Runtime.Intrinsics.X86;
using Descent.Tests.Layers;
using Descent.Tests.Losses;
using Descent.Tests.Optimizers;

namespace Descent.Tests.Training;

/// <summary>Same seed, same bits: at any number of threads, at any width of vectors, and on every run.</summary>
[Collection(nameof(AloneCollection))]
public class SameBitsTests
{
    private const string Prefix = "Descent.Tests.Training.SameBitsTests.";

    public static IEnumerable<TheoryDataRow<string>> Parts => Runs().Keys.Select(key => new TheoryDataRow<string>(key));

    [Theory]
    [InlineData(nameof(SameBitsRuns.Large))]
    [InlineData(nameof(SameBitsRuns.Small))]
    public void Weights_are_the_same_at_any_number_of_threads(string network)
    {
        Func<string> run = network == nameof(SameBitsRuns.Large) ? SameBitsRuns.Large : SameBitsRuns.Small;
        var (expected, alone) = SameBitsRuns.With(1, run);

        Assert.Equal(1, alone);
        foreach (var threads in (int[])[2, 3, 8])
        {
            var (found, participants) = SameBitsRuns.With(threads, run);
            Assert.InRange(participants, 2, threads);
            Assert.Equal(expected, found);
        }
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Layers_losses_and_optimizers_are_the_same_at_any_number_of_threads(string part)
    {
        var run = Runs()[part];

        Assert.Equal(SameBitsRuns.With(1, run).Result, SameBitsRuns.With(3, run).Result);
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("rnn")]
    public void A_recurrence_in_several_parts_is_the_same_at_any_number_of_threads(string kind)
    {
        var (expected, alone) = SameBitsRuns.With(1, () => SameBitsRuns.OfRecurrence(kind));
        var (found, participants) = SameBitsRuns.With(3, () => SameBitsRuns.OfRecurrence(kind));

        Assert.Equal(1, alone);
        Assert.InRange(participants, 2, 3);
        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("DESCENT_THREADS", "5")]
    [InlineData("DOTNET_EnableAVX512", "0")]
    [InlineData("DOTNET_EnableAVX2", "0")]
    public void Another_process_gets_the_same_bits(string variable, string value)
    {
        Assert.SkipUnless(
            X86Base.IsSupported || variable == "DESCENT_THREADS",
            "the widths of vectors are set by variables on x86 only"
        );
        var child = ChildProcess
            .RunTests("--filter-method", Prefix + nameof(Child_reports_its_bits), (variable, value))
            .AssertPassed();

        Assert.Equal(SameBitsRuns.Small(), child.Reports["small"]);
        foreach (var (part, run) in Runs())
        {
            Assert.Equal((part, run()), (part, child.Reports[part]));
        }

        if (variable != "DOTNET_EnableAVX2")
        {
            Assert.Equal(SameBitsRuns.Large(), child.Reports["large"]);
        }
    }

    [Fact]
    public void Child_reports_its_bits()
    {
        var small = SameBitsRuns.Small();
        ChildProcess.Report("small", small);
        foreach (var (part, run) in Runs())
        {
            ChildProcess.Report(part, run());
        }

        // Without AVX2 there is no FMA either, and the larger network would take minutes.
        if (!X86Base.IsSupported || Fma.IsSupported)
        {
            ChildProcess.Report("large", SameBitsRuns.Large());
        }

        Assert.Equal(64, small.Length);
    }

    private static Dictionary<string, Func<string>> Runs()
    {
        var runs = LayerCases.All.ToDictionary(
            layer => layer.Name,
            Func<string> (layer) => () => SameBitsRuns.OfLayer(layer)
        );
        foreach (var loss in LossCases.All)
        {
            runs.Add(loss.Name, () => SameBitsRuns.OfLoss(loss));
        }

        runs.Add("first weights", SameBitsRuns.OfInitializers);
        foreach (var optimizer in OptimizerCases.All)
        {
            runs.Add(optimizer.Name, () => SameBitsRuns.OfOptimizer(optimizer.Name));
        }

        return runs;
    }
}

/// <summary>Tests that set what the whole process shares, the number of threads say, or count what it allocates.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
