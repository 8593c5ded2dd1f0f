namespace Descent.Tests;

/// <summary>The data sets that lie beside the repository, never inside it; a test that needs one is skipped where it is absent.</summary>
public static class SharedData
{
    /// <summary>The environment variable that names the folder; without it, the nearest <c>shared/data</c> above the test assembly.</summary>
    public const string Variable = "DESCENT_SHARED_DATA";

    /// <summary>The folder, or null when there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>The path of a file or folder in the shared data; skips the running test when it is absent.</summary>
    public static string Require(params ReadOnlySpan<string> parts)
    {
        var relative = Path.Combine(parts);
        var path = Folder is null ? relative : Path.Combine(Folder, relative);
        Assert.SkipUnless(
            Folder is not null && Path.Exists(path),
            $"the shared data has no {relative}: set {Variable} to a folder that holds it"
        );
        return path;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            var candidate = Path.Combine(up.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
