using System.Text;
using System.Text.Json;
using Descent.Cli.Commands;
using Descent.Training;

namespace Descent.Cli;

/// <summary>A run's outcome as JSON: <c>result.json</c> in its folder, and the last line of standard output if asked for.</summary>
internal static class RunReport
{
    public const string FileName = "result.json";

    /// <summary>Writes the file, and the line if the order says so.</summary>
    public static void Write(TrainingOrder order, TrainingResult result, Evaluation? test, RunFolder folder)
    {
        var line = Line(order, result, test, folder);
        File.WriteAllText(Path.Combine(folder.Path, FileName), line + "\n");
        if (order.Json)
        {
            Console.Out.WriteLine(line);
        }
    }

    private static string Line(TrainingOrder order, TrainingResult result, Evaluation? test, RunFolder folder) =>
        JsonLine.Of(json =>
        {
            JsonLine.Number(json, "test_accuracy", test?.Accuracy);
            JsonLine.Number(json, "validation_accuracy", result.Best?.ValidationAccuracy);
            JsonLine.Number(json, "loss", test?.Loss);
            json.WriteNumber("epochs", result.Epochs.Count);
            json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 3));
            json.WriteNumber("seed", order.Seed);
            json.WriteString("run_folder", folder.Path);
            if (result.Best is { } best)
            {
                json.WriteNumber("best_epoch", best.Epoch);
            }

            json.WriteBoolean("interrupted", result.End == TrainingEnd.Cancelled);
        });
}

/// <summary>One object of JSON on one line.</summary>
internal static class JsonLine
{
    private static readonly JsonWriterOptions Options = new()
    {
        // Paths stay readable; the line goes to programs, never into a web page.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The object that <paramref name="write"/> fills.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>A number, or null where there is none.</summary>
    public static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
