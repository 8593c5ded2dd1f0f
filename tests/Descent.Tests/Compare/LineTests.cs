using Descent.Compare;

namespace Descent.Tests.Compare;

public class LineTests
{
    [Fact]
    public void A_line_of_the_harness_is_read()
    {
        var line = Line.Parse(
            """{"name":"mlp","threads":2,"tag":"","ms":0.25,"min_ms":0.2,"GBs":24.8,"allocated_bytes":3464,"difference":1.2E-07,"rss_mb":61}"""
        );

        Assert.NotNull(line);
        Assert.Equal(("mlp", 0.25, 0.2, 24.8), (line.Name, line.Ms, line.MinMs, line.Gbs));
        Assert.Equal((3464, 1.2e-7, 61), (line.AllocatedBytes, line.Difference, line.RssMb));
        Assert.Null(line.Error);
    }

    [Fact]
    public void A_line_of_the_peer_lacks_some_figures()
    {
        var line = Line.Parse("""{"name": "mlp", "threads": 1, "tag": "tuned", "ms": 0.5, "reps": 40}""");

        Assert.NotNull(line);
        Assert.Equal(0.5, line.Ms);
        Assert.Null(line.MinMs);
        Assert.Null(line.RssMb);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Loading …")]
    [InlineData("{\"name\":")]
    [InlineData("{\"ms\": 1}")]
    [InlineData("{\"name\": \"mlp\", \"ms\": NaN}")]
    public void What_is_no_result_is_passed_over(string text) => Assert.Null(Line.Parse(text));

    [Fact]
    public void Turns_come_to_the_median_of_medians_and_the_lowest_minimum()
    {
        var sample = Sample.Of([
            new Line
            {
                Name = "mlp",
                Ms = 3,
                MinMs = 2,
                RssMb = 60,
                Difference = 1e-7,
            },
            new Line
            {
                Name = "mlp",
                Ms = 5,
                MinMs = 1,
                RssMb = 64,
                Difference = 3e-7,
            },
            new Line
            {
                Name = "mlp",
                Ms = 4,
                MinMs = 2,
                RssMb = 61,
            },
        ]);

        Assert.Equal((4, 1, 61, 3e-7), (sample.Ms, sample.MinMs, sample.RssMb, sample.Difference));
        Assert.Null(sample.Error);
        Assert.Null(sample.AllocatedBytes);
    }

    [Fact]
    public void A_turn_without_a_minimum_counts_with_its_median()
    {
        var sample = Sample.Of([new Line { Name = "knn", Ms = 3 }, new Line { Name = "knn", Ms = 2 }]);

        Assert.Equal((2.5, 2), (sample.Ms, sample.MinMs));
    }

    [Fact]
    public void A_failed_turn_marks_them_all()
    {
        var sample = Sample.Of([new Line { Name = "mlp", Ms = 3 }, Line.Failed("mlp", "no memory")]);

        Assert.Equal("no memory", sample.Error);
        Assert.NotNull(Sample.Of([]).Error);
    }
}
