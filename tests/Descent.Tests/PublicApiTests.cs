namespace Descent.Tests;

/// <summary>A change of the public API is seen and meant: the approved text stands beside the tests and is reviewed.</summary>
public class PublicApiTests
{
    private const string Accept = "DESCENT_ACCEPT_API";

    private const string ApprovedFile = "tests/Descent.Tests/PublicApi.approved.txt";

    [Fact]
    public void The_public_api_is_the_approved_one()
    {
        var file = Path.Combine(SourceTree.Root, ApprovedFile);
        var actual = PublicApi.Of(typeof(Shape).Assembly);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{ApprovedFile} is missing; {Accept}=1 writes it");
        var approved = File.ReadAllText(file).ReplaceLineEndings("\n");

        Assert.True(
            approved == actual,
            $"The public API is not the one in {ApprovedFile}:\n{Difference(approved, actual)}"
                + $"If the change is meant, run the tests once with the environment variable {Accept}=1 and commit that file."
        );
    }

    [Fact]
    public void The_text_shows_what_matters_to_callers()
    {
        var text = PublicApi.Of(typeof(PublicApiTests).Assembly);

        Assert.Contains(
            """
            class Descent.Tests.PublicApiSample<T> : IDisposable where T : unmanaged
                bool TryGet(string name, out T value, params string[] others)
                const int Limit = 3
                new(double rate = 0.5, string? name = null)
                protected virtual List<string?> Names()
                static TItem Largest<TItem>(IReadOnlyList<TItem> values) where TItem : class, IComparable<TItem>
                string this[int index] { get; protected set; }
                string? Name { get; init; }
                void Dispose()

            """.ReplaceLineEndings("\n"),
            text,
            StringComparison.Ordinal
        );
    }

    /// <summary>The lines that one text has and the other has not, each under the type it belongs to.</summary>
    private static string Difference(string approved, string actual)
    {
        var (before, after) = (Lines(approved), Lines(actual));
        var gone = before.Except(after).Select(line => "  - " + line);
        var fresh = after.Except(before).Select(line => "  + " + line);
        return string.Concat(gone.Concat(fresh).Select(line => line + "\n"));
    }

    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        var type = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var isMember = line.StartsWith(' ');
            type = isMember ? type : line;
            lines.Add(isMember ? $"{type}: {line.Trim()}" : line);
        }

        return lines;
    }
}
