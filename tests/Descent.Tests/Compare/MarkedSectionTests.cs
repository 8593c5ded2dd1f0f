using Descent.Compare;

namespace Descent.Tests.Compare;

public class MarkedSectionTests
{
    private const string Page =
        "# Page\n<!-- a:begin -->\nold\n<!-- a:end -->\n\n<!-- b:begin -->\n<!-- b:end -->\nlast\n";

    [Fact]
    public void Only_what_stands_between_the_markers_changes()
    {
        var page = MarkedSection.Replace(Page, "a", "\n| new |\n");

        Assert.Equal(Page.Replace("old", "| new |", StringComparison.Ordinal), page);
        Assert.Equal(page, MarkedSection.Replace(page, "a", "| new |"));
        Assert.Equal(
            Page.Replace("<!-- b:end", "x\n<!-- b:end", StringComparison.Ordinal),
            MarkedSection.Replace(Page, "b", "x")
        );
    }

    [Theory]
    [InlineData("<!-- a:begin -->", "a:end")]
    [InlineData("<!-- a:end -->", "a:begin")]
    [InlineData("<!-- a:end --><!-- a:begin -->", "before")]
    [InlineData("<!-- a:begin --><!-- a:begin --><!-- a:end -->", "twice")]
    public void A_page_without_its_two_markers_is_refused(string page, string reason) =>
        Assert.Contains(
            reason,
            Assert.Throws<FormatException>(() => MarkedSection.Replace(page, "a", "x")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_file_is_replaced_whole_and_nothing_is_left_beside_it()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "page.md");
        File.WriteAllText(path, Page);

        MarkedSection.Write(path, "a", "new");

        Assert.Equal(MarkedSection.Replace(Page, "a", "new"), File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }
}
