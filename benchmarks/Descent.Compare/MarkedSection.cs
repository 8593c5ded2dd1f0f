namespace Descent.Compare;

/// <summary>The part of a page between <c>&lt;!-- name:begin --&gt;</c> and <c>&lt;!-- name:end --&gt;</c>, which belongs to a program.</summary>
internal static class MarkedSection
{
    /// <summary>The page with another section; everything outside the markers stays.</summary>
    /// <exception cref="FormatException">A marker is missing, there twice, or they stand the wrong way round.</exception>
    public static string Replace(string page, string name, string section)
    {
        var begin = Only(page, $"<!-- {name}:begin -->");
        var end = Only(page, $"<!-- {name}:end -->");
        return end.Start < begin.End
            ? throw new FormatException($"The marker {page[end.Start..end.End]} stands before its beginning.")
            : $"{page[..begin.End]}\n{section.Trim()}\n{page[end.Start..]}";
    }

    /// <summary>Replaces a section of a file; a reader sees the whole old page or the whole new one.</summary>
    public static void Write(string path, string name, string section)
    {
        var page = Replace(File.ReadAllText(path), name, section);
        var beside = path + ".new";
        File.WriteAllText(beside, page);
        File.Move(beside, path, overwrite: true);
    }

    private static (int Start, int End) Only(string page, string marker)
    {
        var start = page.IndexOf(marker, StringComparison.Ordinal);
        return start < 0 ? throw new FormatException($"The marker {marker} is missing.")
            : page.IndexOf(marker, start + 1, StringComparison.Ordinal) >= 0
                ? throw new FormatException($"The marker {marker} is there twice.")
            : (start, start + marker.Length);
    }
}
