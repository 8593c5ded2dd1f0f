using Descent.Layers;
using Descent.Training;

namespace Descent.Cli;

/// <summary>Finds a name for a run that nobody has, and makes its folder.</summary>
internal static class NewRun
{
    /// <summary>Makes <c>name-1</c>, <c>name-2</c>, … whichever is free.</summary>
    /// <exception cref="IOException">The folder of runs cannot be written.</exception>
    public static RunFolder Create(string runs, string name, IReadOnlyDictionary<string, string> settings, Module model)
    {
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(runs, $"{name}-{number}");
            if (!Path.Exists(path) && Claim(path))
            {
                return RunFolder.Create(path, settings, model);
            }
        }
    }

    /// <summary>Whether the folder is ours: of two runs that start together only one makes the file. What cannot be written at all is for <see cref="RunFolder"/> to tell.</summary>
    private static bool Claim(string path)
    {
        var settings = Path.Combine(path, RunFolder.SettingsFile);
        try
        {
            Directory.CreateDirectory(path);
            using var claim = new FileStream(settings, FileMode.CreateNew);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return !File.Exists(settings);
        }
    }
}
