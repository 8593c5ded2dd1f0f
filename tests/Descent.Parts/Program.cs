using Descent.Parts;

// Makes docs/layers.md from the results of the tests, or checks that it says what they say.
if (args is not [var resultsPath, var pagePath, .. var rest] || rest is not ([] or ["--check"]))
{
    Console.Error.WriteLine(
        """
        usage: Descent.Parts RESULTS PAGE [--check]
          RESULTS   the file that the tests write with --report-xunit
          PAGE      the page to write; with --check it is only compared
        """
    );
    return 2;
}

var results = Results.Read(resultsPath);
var page = new Page(PublicParts.All(), results, Sources.Read());
foreach (var gap in page.Gaps)
{
    Console.Error.WriteLine(gap);
}

if (page.Gaps.Count > 0)
{
    return 1;
}

if (rest is [])
{
    File.WriteAllText(pagePath, page.Text);
    Console.WriteLine($"{pagePath}: {page.PartCount} parts");
    return 0;
}

if (File.ReadAllText(pagePath) == page.Text)
{
    Console.WriteLine($"{pagePath} says what the results say of {page.PartCount} parts.");
    return 0;
}

Console.Error.WriteLine(
    $"{pagePath} does not say what {resultsPath} says; write it anew with the same command without --check."
);
return 1;
