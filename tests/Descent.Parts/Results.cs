using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Descent.Parts;

/// <summary>How many tests of one part and check passed, of how many.</summary>
internal readonly record struct Outcome(int Passed, int Total);

/// <summary>The outcomes in a results file: a test counts for a part when its first argument is called <c>part</c> and begins with the part's name, and for a check by its trait.</summary>
internal sealed partial class Results
{
    private readonly Dictionary<(string Part, string Check), Outcome> outcomes = [];

    public static Results Read(string path)
    {
        var results = new Results();
        foreach (var test in XDocument.Load(path).Descendants("test"))
        {
            var check = test.Descendants("trait").FirstOrDefault(trait => (string?)trait.Attribute("name") == "check");
            var part = PartArgument().Match((string?)test.Attribute("name") ?? "");
            if (check is not null && part.Success)
            {
                results.Add(
                    part.Groups[1].Value,
                    (string)check.Attribute("value")!,
                    (string?)test.Attribute("result") == "Pass"
                );
            }
        }

        return results;
    }

    public Outcome this[string part, string check] => outcomes.GetValueOrDefault((part, check));

    private void Add(string part, string check, bool passed)
    {
        var before = this[part, check];
        outcomes[(part, check)] = new(before.Passed + (passed ? 1 : 0), before.Total + 1);
    }

    [GeneratedRegex("""\(part: \\?"([\w.]+)""")]
    private static partial Regex PartArgument();
}
