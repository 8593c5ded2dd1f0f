using System.Globalization;
using System.Runtime.InteropServices;
using Descent.Numerics;

namespace Descent.Tests.Cli;

public class HelpTests
{
    [Theory]
    [InlineData("", "descent train digits")]
    [InlineData("train", "descent train mnist")]
    [InlineData("train digits", "--epochs 20")]
    [InlineData("train mnist", "--recipe source")]
    [InlineData("evaluate", "--on mnist")]
    [InlineData("predict", "--digit 7")]
    [InlineData("summary", "descent summary wide")]
    [InlineData("info", "descent info")]
    public void Help_ends_with_examples(string command, string example)
    {
        var result = ToolProcess
            .Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])
            .AssertExit(0);

        Assert.Contains("Usage:\n  descent " + command, result.Output, StringComparison.Ordinal);
        var examples = result.Output[result.Output.IndexOf("Examples:", StringComparison.Ordinal)..];
        Assert.Contains(example, examples, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("digits")]
    [InlineData("mnist")]
    public void Help_names_every_option_of_training(string data)
    {
        var output = ToolProcess.Run("train", data, "--help").AssertExit(0).Output;

        string[] options = ["--runs", "--epochs", "--batch-size", "--learning-rate", "--seed", "--threads", "--json"];
        Assert.All(options, option => Assert.Contains(option, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Info_tells_versions_threads_and_vector_width()
    {
        var output = ToolProcess.Run("info", "--threads", "3").AssertExit(0).Output;

        Assert.Contains(Environment.Version.ToString(), output, StringComparison.Ordinal);
        Assert.Contains(RuntimeInformation.ProcessArchitecture.ToString(), output, StringComparison.Ordinal);
        Assert.Contains("threads   3 ", output, StringComparison.Ordinal);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"{Lanes.WidthInBits} bits"),
            output,
            StringComparison.Ordinal
        );
    }
}
