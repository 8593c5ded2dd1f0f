namespace Descent.Tests.Cli;

public class TerminalTests
{
    private const string Recorder = "/usr/bin/script";

    [Fact]
    public void A_terminal_gets_a_moving_display_and_its_cursor_back()
    {
        var output = TrainIn("xterm-256color");

        Assert.Contains("\e[?25l", output, StringComparison.Ordinal);
        Assert.True(
            output.LastIndexOf("\e[?25h", StringComparison.Ordinal)
                > output.LastIndexOf("\e[?25l", StringComparison.Ordinal)
        );
        Assert.Contains("━", output, StringComparison.Ordinal);
        Assert.Contains("loss of batches", output, StringComparison.Ordinal);
        Assert.Contains("digit │ read as", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dumb_terminal_gets_plain_lines()
    {
        var output = TrainIn("dumb");

        Assert.DoesNotContain('\e', output);
        Assert.Contains("actual │ predicted as", output, StringComparison.Ordinal);
    }

    private static string TrainIn(string terminal)
    {
        Assert.SkipUnless(File.Exists(Recorder), $"{Recorder}, which lends a terminal, is not here");
        using var folder = new TemporaryFolder();
        var command = $"dotnet '{ToolProcess.Assembly}' train digits --samples 200 --epochs 2 --runs '{folder.Path}'";
        using var tool = ToolProcess.Start(
            "",
            [Recorder, "--quiet", "--return", "--command", command, "/dev/null"],
            ("TERM", terminal)
        );
        return tool.Wait().AssertExit(0).Output;
    }
}
