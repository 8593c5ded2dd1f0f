using System.Globalization;
using Descent.Formats;
using Descent.Layers;
using Descent.Models;
using Descent.Training;

namespace Descent.Cli;

/// <summary>A network as a run left it.</summary>
/// <param name="Path">The model file.</param>
/// <param name="NetworkName">Its name in <see cref="DigitNetworks"/>.</param>
/// <param name="Network">The network with its weights.</param>
/// <param name="Settings">What the run was told.</param>
internal sealed record SavedModel(
    string Path,
    string NetworkName,
    Sequential Network,
    IReadOnlyDictionary<string, string> Settings
)
{
    /// <summary>The set that it learned from.</summary>
    public string Data => Settings.GetValueOrDefault(RunSettings.Data, DigitData.Synthetic);

    /// <summary>The seed of its run.</summary>
    public long Seed =>
        long.TryParse(
            Settings.GetValueOrDefault(RunSettings.Seed),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var seed
        )
            ? seed
            : 0;

    /// <summary>Reads a model: a run's folder or a model file, or the newest run when neither is named.</summary>
    /// <param name="named">What the command line names, or null.</param>
    /// <param name="runs">The folder of runs to find the newest in.</param>
    /// <exception cref="IOException">There is none, or the file is damaged.</exception>
    public static SavedModel Load(string? named, string runs)
    {
        var path = Find(named, runs);
        var content = Safetensors.Read(path);
        if (!content.Metadata.TryGetValue(RunSettings.Network, out var name))
        {
            throw new InvalidFileException(
                path,
                -1,
                $"the file does not say which network it holds (its metadata lack '{RunSettings.Network}'), so the network cannot be rebuilt."
            );
        }

        if (!DigitNetworks.Names.Contains(name))
        {
            throw new InvalidFileException(
                path,
                -1,
                $"the file holds the network '{name}', which this version does not know; it knows {string.Join(", ", DigitNetworks.Names)}."
            );
        }

        var network = DigitNetworks.Create(name);
        network.LoadStateDict(content.Tensors);
        return new SavedModel(path, name, network, content.Metadata);
    }

    private static string Find(string? named, string runs)
    {
        if (named is null)
        {
            return Newest(runs)
                ?? throw new FileNotFoundException(
                    $"There is no run in {System.IO.Path.GetFullPath(runs)} yet. Train one first ('{CommandName.Of("train digits")}'), or name a run or a model file."
                );
        }

        var inFolder = System.IO.Path.Combine(named, RunFolder.ModelFile);
        return File.Exists(named) ? named
            : File.Exists(inFolder) ? inFolder
            : Directory.Exists(named)
                ? throw new FileNotFoundException($"The folder {named} holds no {RunFolder.ModelFile}; is it a run?")
            : throw new FileNotFoundException($"There is no run or model file {named}.");
    }

    private static string? Newest(string runs) =>
        Directory.Exists(runs)
            ? Directory
                .EnumerateDirectories(runs)
                .Select(folder => System.IO.Path.Combine(folder, RunFolder.ModelFile))
                .Where(File.Exists)
                .MaxBy(File.GetLastWriteTimeUtc)
            : null;
}

/// <summary>The names of a run's settings, in <c>run.json</c> and in the model file.</summary>
internal static class RunSettings
{
    public const string Network = "network";
    public const string Data = "data";
    public const string Seed = "seed";
}
