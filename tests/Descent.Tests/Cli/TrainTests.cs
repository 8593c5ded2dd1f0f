using System.Globalization;
using Descent.Formats;

namespace Descent.Tests.Cli;

/// <summary>One short training, shared by the tests that look at what it left.</summary>
public sealed class ShortRun : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ShortRun() =>
        Result = ToolProcess.Run([
            "train",
            "digits",
            "--samples",
            "2000",
            "--epochs",
            "2",
            "--seed",
            "3",
            "--runs",
            folder.Path,
            "--json",
        ]);

    internal ToolResult Result { get; }

    internal string Runs => folder.Path;

    internal string Folder => folder.File("digits-1");

    public void Dispose() => folder.Dispose();
}

public class TrainTests(ShortRun run) : IClassFixture<ShortRun>
{
    [Fact]
    public void Output_ends_with_one_line_of_json()
    {
        var json = run.Result.AssertExit(0).Json;

        Assert.InRange(json.GetProperty("test_accuracy").GetDouble(), 0.5, 1);
        Assert.InRange(json.GetProperty("validation_accuracy").GetDouble(), 0.5, 1);
        Assert.InRange(json.GetProperty("loss").GetDouble(), 0, 2);
        Assert.Equal(2, json.GetProperty("epochs").GetInt32());
        Assert.True(json.GetProperty("seconds").GetDouble() > 0);
        Assert.Equal(3, json.GetProperty("seed").GetInt64());
        Assert.Equal(run.Folder, json.GetProperty("run_folder").GetString());
    }

    [Fact]
    public void Output_in_a_pipe_is_plain_and_tells_what_to_do_next()
    {
        var output = run.Result.AssertExit(0).Output;

        Assert.DoesNotContain('\e', output);
        Assert.Contains("actual │ predicted as", output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(run.Folder, "model.safetensors"), output, StringComparison.Ordinal);
        Assert.Contains($"predict {run.Folder}", output, StringComparison.Ordinal);
        Assert.Empty(run.Result.Error);
    }

    [Fact]
    public void The_run_folder_holds_settings_curve_model_and_result()
    {
        run.Result.AssertExit(0);

        Assert.Equal(
            ["metrics.jsonl", "model.safetensors", "result.json", "run.json"],
            Directory.GetFiles(run.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal(2, File.ReadLines(Path.Combine(run.Folder, "metrics.jsonl")).Count());
        var metadata = Safetensors.Read(Path.Combine(run.Folder, "model.safetensors")).Metadata;
        Assert.Equal("compact", metadata["network"]);
        Assert.Equal("3", metadata["seed"]);
    }

    [Fact]
    public void Evaluate_measures_what_training_measured()
    {
        var trained = run.Result.AssertExit(0).Json;

        var evaluated = ToolProcess.Run("evaluate", run.Folder, "--json").AssertExit(0);

        Assert.Equal(
            trained.GetProperty("test_accuracy").GetDouble(),
            evaluated.Json.GetProperty("test_accuracy").GetDouble()
        );
        Assert.Contains("actual │ predicted as", evaluated.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_draws_unseen_digits_with_probabilities()
    {
        var result = ToolProcess
            .Run("predict", "--runs", run.Runs, "--digit", "7", "--count", "2", "--json")
            .AssertExit(0);

        var predictions = result.Json.GetProperty("predictions").EnumerateArray().ToList();
        Assert.Equal(2, predictions.Count);
        foreach (var prediction in predictions)
        {
            Assert.Equal(7, prediction.GetProperty("label").GetInt32());
            var sum = prediction.GetProperty("probabilities").EnumerateArray().Sum(p => p.GetDouble());
            Assert.Equal(1, sum, 1e-5);
        }

        var line = string.Create(CultureInfo.InvariantCulture, $"unseen digit {predictions[0].GetProperty("index")}");
        Assert.Contains(line, result.Output, StringComparison.Ordinal);
        Assert.Contains("#*", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Output);
    }

    [Fact]
    public void Predict_reads_a_file_of_pictures()
    {
        using var folder = new TemporaryFolder();
        var pictures = folder.File("two-idx3-ubyte");
        File.WriteAllBytes(pictures, [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[2 * 28 * 28]]);

        var result = ToolProcess.Run("predict", run.Folder, pictures, "--json").AssertExit(0);

        var predictions = result.Json.GetProperty("predictions").EnumerateArray().ToList();
        Assert.Equal(2, predictions.Count);
        Assert.Equal("Null", predictions[0].GetProperty("label").ValueKind.ToString());
        Assert.Contains("two-idx3-ubyte 1", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Summary_shows_the_layers_of_a_run()
    {
        var result = ToolProcess.Run("summary", run.Folder).AssertExit(0);

        Assert.Contains("Conv2d(1 → 8, kernel 5)", result.Output, StringComparison.Ordinal);
        Assert.Contains("total", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["train", "digits", "--samples", "300", "--epochs", "1", "--runs", folder.Path];

        ToolProcess.Run([.. arguments, "--threads", "1"]).AssertExit(0);
        ToolProcess.Run([.. arguments, "--threads", "3"]).AssertExit(0);

        Assert.Equal(
            File.ReadAllBytes(folder.File("digits-1/model.safetensors")),
            File.ReadAllBytes(folder.File("digits-2/model.safetensors"))
        );
    }

    [Fact]
    public void Mnist_trains_from_a_folder()
    {
        var data = SharedData.Require("mnist");
        using var folder = new TemporaryFolder();

        var result = ToolProcess
            .Run(
                "train",
                "mnist",
                "--data",
                data,
                "--samples",
                "200",
                "--epochs",
                "1",
                "--expand",
                "--runs",
                folder.Path,
                "--json"
            )
            .AssertExit(0);

        Assert.InRange(result.Json.GetProperty("test_accuracy").GetDouble(), 0.3, 1);
        Assert.Contains("1,000 pictures to learn from", result.Output, StringComparison.Ordinal);
    }
}
