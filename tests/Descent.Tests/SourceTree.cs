namespace Descent.Tests;

/// <summary>The sources that this test assembly was built from.</summary>
public static class SourceTree
{
    /// <summary>The folder of the solution; skips the running test when the assembly was moved away from its sources.</summary>
    public static string Root => Find() ?? SkipWithoutSources();

    /// <summary>The C# files below a folder of the repository, without what the build made.</summary>
    public static IReadOnlyList<string> Files(string folder)
    {
        var path = Path.Combine(Root, folder);
        if (!Directory.Exists(path))
        {
            return [];
        }

        string[] made = ["bin", "obj"];
        return
        [
            .. Directory
                .EnumerateFiles(path, "*.cs", SearchOption.AllDirectories)
                .Where(file => !Relative(file).Split('/').Intersect(made).Any())
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>A path as it is written in messages: from the root, with slashes.</summary>
    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string? Find()
    {
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            if (File.Exists(Path.Combine(up.FullName, "Descent.slnx")))
            {
                return up.FullName;
            }
        }

        return null;
    }

    private static string SkipWithoutSources()
    {
        Assert.Skip("the sources are not above the test assembly");
        return "";
    }
}
