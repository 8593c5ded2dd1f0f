using System.Text.RegularExpressions;

namespace Descent.Tests;

/// <summary>The rules of the house: floors, folders, the size of files.</summary>
public partial class ArchitectureTests
{
    private const int LongestFile = 400;

    /// <summary>The floor of tensors, autograd and operations, whose types stand in the root namespace.</summary>
    private const string RootFloor = "Descent";

    /// <summary>A floor uses those before it, never one after it.</summary>
    private static readonly string[] Floors =
    [
        "Numerics",
        "Backends",
        RootFloor,
        "Layers",
        "Losses",
        "Optimizers",
        "Formats",
        "Data",
        "Metrics",
        "Distributed",
        "Training",
        "Onnx",
        "Models",
        "Baselines",
        "Search",
        "Reports",
    ];

    /// <summary>Shapes, element types and exceptions: words that every floor speaks.</summary>
    private const string Vocabulary = "Common";

    private static readonly string[] RootFolders = [Vocabulary, "Tensors", "Autograd", "Ops"];

    private static readonly Lazy<HashSet<string>> VocabularyTypes = new(() =>
        [.. LibraryFiles().Where(file => Folders(file)[0] == Vocabulary).SelectMany(DeclaredTypes)]
    );

    [Fact]
    public void A_file_stands_in_the_folder_of_its_namespace()
    {
        var wrong = new List<string>();
        foreach (var file in LibraryFiles())
        {
            var folders = Folders(file);
            var found = Namespace().Match(File.ReadAllText(file)).Groups[1].Value;
            var allowed = RootFolders.Contains(folders[0])
                ? ["Descent"]
                : Enumerable.Range(1, folders.Length).Select(depth => "Descent." + string.Join('.', folders[..depth]));
            if (!allowed.Contains(found) || (!RootFolders.Contains(folders[0]) && !Floors.Contains(folders[0])))
            {
                wrong.Add($"{SourceTree.Relative(file)}: namespace {found}, expected {string.Join(" or ", allowed)}");
            }
        }

        AssertNone(wrong, "Files whose namespace is not that of their folder, or whose folder is no floor:");
    }

    [Fact]
    public void Sources_name_no_floor_above_their_own()
    {
        var wrong = new List<string>();
        foreach (var file in LibraryFiles())
        {
            var own = FloorOf(Folders(file));
            var lines = File.ReadAllLines(file);
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].TrimStart().StartsWith("//", StringComparison.Ordinal))
                {
                    continue;
                }

                foreach (Match use in QualifiedName().Matches(lines[i]))
                {
                    var used = Array.IndexOf(Floors, use.Groups[1].Value);
                    if (used > own)
                    {
                        wrong.Add($"{SourceTree.Relative(file)}:{i + 1}: {NameOf(own)} uses {NameOf(used)}");
                    }
                }
            }
        }

        AssertNone(wrong, "A floor names only those before it:");
    }

    [Fact]
    public void Types_use_no_floor_above_their_own()
    {
        var wrong = new List<string>();
        foreach (var type in typeof(Shape).Assembly.GetTypes().Where(type => !type.IsNested && IsOurs(type)))
        {
            foreach (var used in TypeUses.Of(type).Where(IsOurs))
            {
                var (own, other) = (FloorOf(type), FloorOf(used));
                if (other > own)
                {
                    wrong.Add($"{type.FullName} ({NameOf(own)}) uses {used.FullName} ({NameOf(other)})");
                }
            }
        }

        AssertNone(wrong, "A floor uses only those before it:");
    }

    [Fact]
    public void Uses_are_seen_in_signatures_and_in_bodies()
    {
        var uses = TypeUses.Of(typeof(ArchitectureTests));

        Assert.Contains(typeof(SourceTree), uses);
        Assert.Contains(typeof(TypeUses), uses);
        Assert.DoesNotContain(typeof(ArchitectureTests), uses);
        Assert.Contains(typeof(GoldenTensor), TypeUses.Of(typeof(GoldenCase)));
    }

    [Fact]
    public void Files_are_short()
    {
        var wrong = AllFiles()
            .Select(file => (File: SourceTree.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines >= LongestFile)
            .Select(file => $"{file.File}: {file.Lines} lines");

        AssertNone(wrong, $"Files of {LongestFile} lines or more:");
    }

    [Fact]
    public void Nothing_is_left_for_later()
    {
        var wrong = AllFiles()
            .SelectMany(file => File.ReadLines(file).Select((text, i) => (Text: text, Place: $"{file}:{i + 1}")))
            .Where(line => LeftForLater().IsMatch(line.Text))
            .Select(line => $"{SourceTree.Relative(line.Place)}: {line.Text.Trim()}");

        AssertNone(wrong, "Marks of unfinished work:");
    }

    private static IReadOnlyList<string> LibraryFiles() => SourceTree.Files("src/Descent");

    private static IEnumerable<string> AllFiles() => new[] { "src", "tests", "samples" }.SelectMany(SourceTree.Files);

    /// <summary>The folders between <c>src/Descent</c> and a file; one empty name for a file right inside it.</summary>
    private static string[] Folders(string file)
    {
        var parts = SourceTree.Relative(file).Split('/')[2..^1];
        return parts.Length == 0 ? [""] : parts;
    }

    /// <summary>The place of a folder's floor in the list; −1 for the vocabulary, which stands below all.</summary>
    private static int FloorOf(string[] folders) =>
        folders[0] == Vocabulary ? -1
        : RootFolders.Contains(folders[0]) ? Array.IndexOf(Floors, RootFloor)
        : Array.IndexOf(Floors, folders[0]);

    private static int FloorOf(Type type)
    {
        var parts = type.Namespace!.Split('.');
        return parts.Length > 1 ? Array.IndexOf(Floors, parts[1])
            : VocabularyTypes.Value.Contains(type.Name.Split('`')[0]) ? -1
            : Array.IndexOf(Floors, RootFloor);
    }

    private static string NameOf(int floor) => floor < 0 ? Vocabulary : Floors[floor];

    private static bool IsOurs(Type type) => type.Namespace?.Split('.')[0] == RootFloor;

    private static IEnumerable<string> DeclaredTypes(string file) =>
        TypeDeclaration().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value);

    private static void AssertNone(IEnumerable<string> wrong, string rule)
    {
        var lines = wrong.ToList();
        Assert.True(lines.Count == 0, rule + "\n  " + string.Join("\n  ", lines));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(?<![\w.])Descent\.(\w+)")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(
        @"^(?:\w+ )*(?:class|struct|interface|enum|record)(?: struct| class)? (\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex TypeDeclaration();

    // Spelled in halves, so that this file does not find itself.
    [GeneratedRegex(@"\b(?:TO" + @"DO|FIX" + @"ME|HA" + @"CK|X" + @"XX)\b")]
    private static partial Regex LeftForLater();
}
