using Descent.Compare;

namespace Descent.Tests.Compare;

public class ReportTests
{
    private static readonly Settings Quick = new("../peers", "python3", 2, 0.5, [1, 2], 0, ["nielsen_cnn"]);

    [Theory]
    [InlineData(2.5, 2.6, 2.0, "**2.50 (2.60)**, met")]
    [InlineData(1.9, 2.6, 2.0, "1.90 (2.60), 5 % short")]
    [InlineData(1.999, 2.6, 2.0, "2.00 (2.60), 1 % short")]
    public void A_ratio_says_whether_it_reaches_its_target(double ratio, double best, double asked, string text) =>
        Assert.Equal(text, Markdown.AtLeast(ratio, best, asked));

    [Theory]
    [InlineData(2.5, 2.6, 2.5, "**2.50 (2.60)**, met")]
    [InlineData(3, 2.6, 2.5, "3.00 (2.60), 20 % over")]
    public void A_ratio_says_whether_it_keeps_its_limit(double ratio, double best, double limit, string text) =>
        Assert.Equal(text, Markdown.AtMost(ratio, best, limit));

    [Theory]
    [InlineData(1234.6, "1235")]
    [InlineData(99.96, "100")]
    [InlineData(12.34, "12.3")]
    [InlineData(1.234, "1.23")]
    [InlineData(0.02234, "0.0223")]
    [InlineData(1.2e-7, "1.2e-7")]
    [InlineData(null, "–")]
    public void Numbers_have_three_digits_that_count(double? number, string text) =>
        Assert.Equal(text, Markdown.Number(number));

    [Fact]
    public async Task The_table_names_the_ratio_and_what_failed()
    {
        var bench = new Bench(Quick, States: null);
        var report = SpeedReport.Of(bench, large: false);
        var results = new Results();
        // One side at two threads fails, and is not tried again.
        var tried = 0;
        Turn[] turns = [.. report.Turns.Select(turn => turn with { Run = _ => Task.FromResult(Answer(turn.Key)) })];

        await results.Collect(turns, new Progress(TextWriter.Null, isTerminal: false), CancellationToken.None);
        var section = report.Section(results, "compare", bench, "PyTorch 0");

        Assert.Contains(
            "| `nielsen_cnn` | 2 × | 10.0 (8.00) | 30.0 (20.0) | **3.00 (2.50)**, met | failed | 30.0 (20.0) | – | 60.0 / 60.0 | – | – |",
            section,
            StringComparison.Ordinal
        );
        Assert.Contains("- Failed: nielsen_cnn, 2 threads, ours: lost", section, StringComparison.Ordinal);
        Assert.Contains("torch 2 --only NAME --secs 0.5", section, StringComparison.Ordinal);
        Assert.Equal(1, tried);
        Assert.Equal(8, turns.Length);

        Line Answer(Key key)
        {
            if (key is { Side: "ours", Threads: 2 })
            {
                tried++;
                return Line.Failed(key.Workload, "lost");
            }

            var ms = key.Side == "ours" ? 10 : 30;
            return new Line
            {
                Name = key.Workload,
                Ms = ms,
                MinMs = key.Side == "ours" ? 8 : 20,
                RssMb = 60,
            };
        }
    }

    [Fact]
    public async Task The_time_left_follows_from_the_time_spent()
    {
        using var writer = new StringWriter();
        var progress = new Progress(writer, isTerminal: false);

        progress.Begin("prepare");
        progress.End("prepare");
        progress.Begin("first");
        await Task.Delay(20, CancellationToken.None);
        progress.End("first", planned: 1, left: 1e9);
        progress.End("last", planned: 1, left: 0);

        var lines = writer.ToString().Split(Environment.NewLine);
        Assert.Equal("prepare", lines[0]);
        Assert.Matches(@"^first · \d+\.\d h left$", lines[1]);
        Assert.Equal("last", lines[2]);
    }

    [Fact]
    public void One_thread_is_pinned_and_two_are_not()
    {
        var bench = new Bench(Quick, States: "states");

        Assert.EndsWith(
            "--only a --threads 2 --secs 0.5 --states states",
            $"{bench.Ours("a", 2)}",
            StringComparison.Ordinal
        );
        Assert.Equal("../peers/torch 2 --only a --secs 0.5", $"{bench.Peer("a", 2)}");
        Assert.Equal(
            $"{bench.Peer("a", 2).PinnedTo(3)}".StartsWith("taskset -c 3 ", StringComparison.Ordinal),
            $"{bench.Peer("a", 1)}".StartsWith("taskset -c 0 ", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_machine_is_named_as_the_system_names_it()
    {
        string[] lines =
        [
            "processor\t: 0",
            "cpu family\t: 25",
            "model\t\t: 17",
            "model name\t: Some Chip",
            "",
            "processor\t: 1",
        ];

        Assert.Equal("2 cores of Some Chip (family 25, model 17)", Machine.Describe(lines, 8));
        Assert.Equal("8 cores of an unnamed processor", Machine.Describe([], 8));
    }
}
