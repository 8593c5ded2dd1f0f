namespace Descent.Tests;

/// <summary>Finds the real data sets and weights beside the repository, and the golden files inside it.</summary>
internal static class SharedData
{
    private static readonly string? Root = Find();

    /// <summary>The path of a shared file; skips the test when it is absent.</summary>
    public static string Require(string relativePath)
    {
        Assert.SkipUnless(Root is not null, "Needs ../shared/data (or DESCENT_SHARED_DATA), which is absent.");
        var path = Path.Combine(Root!, relativePath);
        Assert.SkipUnless(Path.Exists(path), $"Needs {relativePath} in the shared data, which is absent.");
        return path;
    }

    /// <summary>The path of a file of tests/golden.</summary>
    public static string Golden(string name)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var path = Path.Combine(folder, "tests", "golden", name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"tests/golden/{name} is missing.");
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DESCENT_SHARED_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var data = Path.Combine(folder, "shared", "data");
            if (Directory.Exists(data))
            {
                return data;
            }
        }

        return null;
    }
}
