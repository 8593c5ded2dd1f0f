using System.Globalization;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Tests;

public class ChildProcessTests
{
    private const string Prefix = "Descent.Tests.ChildProcessTests.";

    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    public void A_variable_narrows_the_vectors(string variable, int widest)
    {
        Assert.SkipUnless(X86Base.IsSupported, "the widths of vectors are set by variables on x86 only");

        var child = ChildProcess
            .RunTests("--filter-method", Prefix + nameof(Child_reports_its_width), (variable, "0"))
            .AssertPassed();

        Assert.InRange(int.Parse(child.Reports["width"], CultureInfo.InvariantCulture), 128, widest);
    }

    [Fact]
    public void A_failure_in_the_child_is_seen()
    {
        var child = ChildProcess.RunTests("--filter-method", Prefix + nameof(Child_fails));

        Assert.NotEqual(0, child.ExitCode);
        Assert.Contains("failed on purpose", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_that_selects_nothing_is_a_failure()
    {
        var child = ChildProcess.RunTests("--filter-method", Prefix + "No_such_test");

        Assert.NotEqual(0, child.ExitCode);
    }

    [Fact]
    public void Child_reports_its_width()
    {
        var width =
            Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : 128;
        ChildProcess.Report("width", width.ToString(CultureInfo.InvariantCulture));

        Assert.True(width == 128 || Vector256.IsHardwareAccelerated);
    }

    [Fact]
    public void Child_fails() => Assert.False(ChildProcess.IsChild, "failed on purpose");
}
