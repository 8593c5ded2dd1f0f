using Descent.Cli.Display;

namespace Descent.Tests.Cli;

public class DigitPictureTests
{
    private static readonly byte[] TwoByThree = [0, 255, 255, 255, 0, 128];

    [Fact]
    public void Without_shades_two_rows_make_a_line_of_letters()
    {
        var lines = DigitPicture.Lines(TwoByThree, 2, inShades: false);

        Assert.Equal(["=@", " :"], lines);
    }

    [Fact]
    public void With_shades_a_character_shows_two_pixels()
    {
        var lines = DigitPicture.Lines(TwoByThree, 2, inShades: true);

        Assert.Equal(2, lines.Count);
        Assert.Equal("[rgb(0,0,0) on rgb(255,255,255)]▀[/][on rgb(255,255,255)] [/]", lines[0]);
        Assert.Equal("[on rgb(0,0,0)] [/][rgb(128,128,128) on rgb(0,0,0)]▀[/]", lines[1]);
    }
}
