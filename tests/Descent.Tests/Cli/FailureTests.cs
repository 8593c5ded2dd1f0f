using Descent.Formats;

namespace Descent.Tests.Cli;

public class FailureTests
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    [Theory]
    [InlineData("'descent' needs one of these: train, evaluate, predict, summary, info.", "learn")]
    [InlineData("'descent train' needs one of these: digits, mnist.", "train")]
    [InlineData("'letters' is none of them", "train", "letters")]
    [InlineData("--epochs takes a whole number of at least 1, not '0'", "train", "digits", "--epochs", "0")]
    [InlineData(
        "--batch-size takes a whole number of at least 1, not 'many'",
        "train",
        "digits",
        "--batch-size",
        "many"
    )]
    [InlineData(
        "--learning-rate takes a finite number above zero, not 'NaN'",
        "train",
        "digits",
        "--learning-rate",
        "NaN"
    )]
    [InlineData("--threads takes a whole number from 1 to 1024, not '0'", "train", "digits", "--threads", "0")]
    [InlineData("--seed takes a whole number, not '1.5'", "train", "digits", "--seed", "1.5")]
    [InlineData("'--fast'", "train", "digits", "--fast")]
    [InlineData("--digit takes a whole number from 0 to 9, not '10'", "predict", "--digit", "10")]
    public void Wrong_usage_is_told_in_one_sentence(string expected, params string[] arguments) =>
        AssertOneSentence(ToolProcess.Run(arguments), WrongUsage, expected);

    [Fact]
    public void A_run_folder_that_cannot_be_written_is_told_before_training()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");

        var result = ToolProcess.Run("train", "digits", "--samples", "100", "--runs", folder.File("file/runs"));

        AssertOneSentence(result, Failed, "cannot be made or written");
        Assert.DoesNotContain("epoch", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_model_is_told_with_its_name()
    {
        using var folder = new TemporaryFolder();

        AssertOneSentence(ToolProcess.Run("predict", folder.File("none")), Failed, "There is no run or model file");
        AssertOneSentence(ToolProcess.Run("predict", folder.Path), Failed, "holds no model.safetensors");
        AssertOneSentence(ToolProcess.Run("evaluate", "--runs", folder.Path), Failed, "There is no run in");
    }

    [Fact]
    public void A_model_of_an_unknown_network_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var model = folder.File("model.safetensors");
        Dictionary<string, Tensor> tensors = new() { ["0.weight"] = Tensor.Zeros([2, 2]) };

        Safetensors.Write(model, tensors, new Dictionary<string, string> { ["network"] = "oracle" });
        AssertOneSentence(ToolProcess.Run("evaluate", model), Failed, "'oracle'");

        Safetensors.Write(model, tensors, new Dictionary<string, string> { ["network"] = "compact" });
        AssertOneSentence(ToolProcess.Run("evaluate", model), Failed, "missing 0.bias");

        Safetensors.Write(model, tensors);
        AssertOneSentence(ToolProcess.Run("evaluate", model), Failed, "metadata lack 'network'");
    }

    [Fact]
    public void A_damaged_model_is_told_with_its_place()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("model.safetensors"), [1, 2, 3]);

        AssertOneSentence(ToolProcess.Run("predict", folder.Path), Failed, "safetensors, byte 3");
    }

    [Fact]
    public void Missing_data_are_told_with_the_names_of_the_files()
    {
        using var folder = new TemporaryFolder();

        var result = ToolProcess.Run("train", "mnist", "--data", folder.Path, "--runs", folder.File("runs"));

        AssertOneSentence(result, Failed, "t10k-images-idx3-ubyte");
        Assert.False(Directory.Exists(folder.File("runs")));
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run_with_its_layer()
    {
        using var folder = new TemporaryFolder();

        var result = ToolProcess.Run([
            "train",
            "digits",
            "--samples",
            "200",
            "--learning-rate",
            "1e30",
            "--runs",
            folder.Path,
        ]);

        AssertOneSentence(result, Failed, "Lower the learning rate");
    }

    [Fact]
    public void A_disk_that_fills_up_ends_the_run_in_one_sentence()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "limits the size of files by ulimit");
        using var folder = new TemporaryFolder();
        var command =
            $"ulimit -f 40; exec env --ignore-signal=XFSZ dotnet '{ToolProcess.Assembly}' train digits --samples 100 --epochs 1 --runs '{folder.Path}'";

        // The runtime's own double mapping of code needs large files.
        using var tool = ToolProcess.Start("", ["bash", "-c", command], ("DOTNET_EnableWriteXorExecute", "0"));
        var result = tool.Wait();

        AssertOneSentence(result, Failed, "can no longer be written");
        Assert.Equal(
            ["metrics.jsonl", "run.json"],
            Directory.GetFiles(folder.File("digits-1")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    private static void AssertOneSentence(ToolResult result, int exitCode, string expected)
    {
        result.AssertExit(exitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("descent: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
