using System.Text;
using System.Text.Json;
using Descent.Formats;
using Descent.Layers;

namespace Descent.Training;

/// <summary>The folder that a training run leaves behind: <c>run.json</c> (its settings), <c>metrics.jsonl</c> (a line an epoch), <c>model.safetensors</c> (the best weights).</summary>
public sealed class RunFolder
{
    /// <summary>The file name of the best weights.</summary>
    public const string ModelFile = "model.safetensors";

    /// <summary>The file name of the epochs' figures.</summary>
    public const string MetricsFile = "metrics.jsonl";

    /// <summary>The file name of the run's settings.</summary>
    public const string SettingsFile = "run.json";

    private readonly IReadOnlyDictionary<string, string> settings;

    private RunFolder(string path, IReadOnlyDictionary<string, string> settings)
    {
        Path = path;
        this.settings = settings;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Where the best weights are.</summary>
    public string ModelPath => System.IO.Path.Combine(Path, ModelFile);

    /// <summary>Makes the folder and writes the settings, so that a folder that cannot be written is known before training starts. A folder that holds a model is refused.</summary>
    /// <param name="path">The folder; made if it is not there.</param>
    /// <param name="settings">What the run was told: network, data, seed, rates; also kept inside the model file.</param>
    /// <param name="model">The model that will be saved; the disk must have room for it twice.</param>
    /// <exception cref="IOException">The folder cannot be made or written, or the disk is too full.</exception>
    public static RunFolder Create(string path, IReadOnlyDictionary<string, string> settings, Module model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(model);
        var folder = new RunFolder(System.IO.Path.GetFullPath(path), settings);
        if (File.Exists(folder.ModelPath))
        {
            throw new IOException(
                $"The run folder {folder.Path} holds a model already; a run never writes over another. Name another folder."
            );
        }

        try
        {
            Directory.CreateDirectory(folder.Path);
            folder.WriteSettings();
            File.WriteAllText(System.IO.Path.Combine(folder.Path, MetricsFile), "");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The run folder {folder.Path} cannot be made or written: {problem.Message} Name another folder, change its permissions, or make room.",
                problem
            );
        }

        folder.RequireRoomFor(model);
        return folder;
    }

    /// <summary>Replaces the saved model by the module's present weights, whole or not at all.</summary>
    public void SaveModel(Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Safetensors.Write(ModelPath, model.StateDict(), settings);
    }

    /// <summary>Appends an epoch's figures to the log.</summary>
    public void Log(EpochResult epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("epoch", epoch.Epoch);
            WriteFinite(json, "training_loss", epoch.TrainingLoss);
            WriteFinite(json, "validation_loss", epoch.ValidationLoss);
            WriteFinite(json, "validation_accuracy", epoch.ValidationAccuracy);
            json.WriteNumber("learning_rate", epoch.LearningRate);
            json.WriteNumber("seconds", Math.Round(epoch.Seconds, 3));
            json.WriteNumber("samples_per_second", Math.Round(epoch.SamplesPerSecond, 1));
            json.WriteBoolean("best", epoch.IsBest);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        using var log = new FileStream(System.IO.Path.Combine(Path, MetricsFile), FileMode.Append, FileAccess.Write);
        buffer.WriteTo(log);
    }

    private static void WriteFinite(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private void WriteSettings() =>
        AtomicFile.Write(
            System.IO.Path.Combine(Path, SettingsFile),
            stream =>
            {
                using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
                json.WriteStartObject();
                foreach (var (name, value) in settings)
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
            }
        );

    private void RequireRoomFor(Module model)
    {
        if (Path.StartsWith(@"\\", StringComparison.Ordinal))
        {
            // A network share is no drive, and does not say how much room it has.
            return;
        }

        var size = model.Parameters.Concat(model.Buffers).Sum(tensor => tensor.Count * tensor.DType.ByteSize());
        var needed = 2 * size + (1 << 20);
        var free = new DriveInfo(Path).AvailableFreeSpace;
        if (free < needed)
        {
            throw new IOException(
                $"{Path} has {free >> 20} MB left; saving the model needs {needed >> 20} MB. Make room or name another folder."
            );
        }
    }
}
