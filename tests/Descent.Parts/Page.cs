using System.Globalization;
using System.Text;

namespace Descent.Parts;

/// <summary>The page: a table for each family, what the lessons teach first.</summary>
internal sealed class Page
{
    private const string Lessons = "the lessons";

    private readonly Results results;
    private readonly Sources sources;
    private readonly List<string> gaps = [];

    public Page(Family[] families, Results results, Sources sources)
    {
        (this.results, this.sources) = (results, sources);
        PartCount = families.Sum(family => family.Parts.Count);
        var text = new StringBuilder();
        text.Append(
            """
            # What networks are made of

            Every public part, with the tests that passed of it. The page is written from the results file of a test run
            (`.ci/run` compares the two; CONTRIBUTING says how to write it anew), and the parts are found by reflection: one
            without a source, or without a passing test in a column, fails the build. **Gradient**: agreement with finite
            differences in float64, on fixed and on random shapes. **Golden**: values, gradients or trajectories of PyTorch, or
            of the paper's equations in plain loops where PyTorch has no such part. **State**: saved, loaded and the same bits
            afterwards. Everything that has all three of these to check is checked for all three; where one of them has no
            meaning for a kind of part, the line above its table says why, and what is checked in its place. A ● marks what
            the lessons of the mission teach.

            """
        );
        foreach (var family in families)
        {
            Append(text, family);
        }

        Text = text.ToString().ReplaceLineEndings("\n");
    }

    public string Text { get; }

    public int PartCount { get; }

    /// <summary>What is missing or failed, a sentence each.</summary>
    public IReadOnlyList<string> Gaps => gaps;

    private void Append(StringBuilder text, Family family)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {family.Title}\n{family.Note}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| part | ● | source | {string.Join(" | ", family.Checks)} |\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"|---|---|---|{string.Concat(family.Checks.Select(_ => "---:|"))}\n"
        );
        var rows = family.Parts.Select(part => (Part: part, Source: SourceOf(part)));
        foreach (
            var (part, source) in rows.OrderBy(row => !IsTaught(row.Source))
                .ThenBy(row => row.Part.Name, StringComparer.Ordinal)
        )
        {
            var cells = family.Checks.Select(check => Cell(part, check));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{part.Name}` | {(IsTaught(source) ? "●" : "")} | {source} | {string.Join(" | ", cells)} |\n"
            );
        }
    }

    private static bool IsTaught(string source) => source.StartsWith(Lessons, StringComparison.Ordinal);

    private string SourceOf(Part part)
    {
        if (sources.Of(part.Member) is { } source)
        {
            return source;
        }

        gaps.Add($"{part.Name}: its documentation names no <b>Source</b>.");
        return "";
    }

    private string Cell(Part part, string check)
    {
        var outcome = results[part.Name, check];
        if (outcome.Total == 0)
        {
            gaps.Add($"{part.Name}: no {check} test.");
        }
        else if (outcome.Passed < outcome.Total)
        {
            gaps.Add($"{part.Name}: {outcome.Passed} of {outcome.Total} {check} tests passed.");
        }

        return outcome.Passed.ToString(CultureInfo.InvariantCulture);
    }
}
