using System.Globalization;
using Descent.Formats;

namespace Descent.Tests.Cli;

public class InterruptionTests
{
    private const string FirstBest = "★";

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_keeps_the_best_weights_and_the_log(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent by Linux's kill");
        using var folder = new TemporaryFolder();
        string[] command =
        [
            // A test run in the background of a shell ignores SIGINT, and so would its children.
            "env",
            "--default-signal=INT",
            "dotnet",
            ToolProcess.Assembly,
            .. "train digits --samples 500 --epochs 1000000 --json --runs".Split(' '),
            folder.Path,
        ];
        using var tool = ToolProcess.Start(FirstBest, command);
        tool.WaitForLine();

        Send(signal, tool.Id);
        var result = tool.Wait().AssertExit(130);

        Assert.Contains("Interrupted", result.Output, StringComparison.Ordinal);
        Assert.Contains(folder.File("digits-1/model.safetensors"), result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
        Assert.True(result.Json.GetProperty("interrupted").GetBoolean());
        var done = result.Json.GetProperty("epochs").GetInt32();
        Assert.True(done >= 1);
        Assert.Equal(done, File.ReadLines(folder.File("digits-1/metrics.jsonl")).Count());
        Assert.NotEmpty(Safetensors.Read(folder.File("digits-1/model.safetensors")).Tensors);
    }

    private static void Send(string signal, int process)
    {
        using var kill = ToolProcess.Start("", ["kill", "-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.Wait().AssertExit(0);
    }
}
