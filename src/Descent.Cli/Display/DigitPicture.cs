using System.Text;

namespace Descent.Cli.Display;

/// <summary>A grey picture in characters: half blocks in shades on a terminal, letters of rising darkness elsewhere.</summary>
internal static class DigitPicture
{
    private const string Ramp = " .:-=+*#%@";

    /// <summary>The picture's lines, two rows of pixels each, as markup; all of the same width.</summary>
    /// <param name="pixels">0 for black to 255 for white, row by row.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="inShades">Whether colours can be shown.</param>
    public static IReadOnlyList<string> Lines(ReadOnlySpan<byte> pixels, int width, bool inShades)
    {
        var height = pixels.Length / width;
        var lines = new List<string>();
        for (var row = 0; row < height; row += 2)
        {
            var line = new StringBuilder();
            for (var column = 0; column < width; column++)
            {
                var upper = pixels[row * width + column];
                var lower = row + 1 < height ? pixels[(row + 1) * width + column] : (byte)0;
                line.Append(inShades ? Shaded(upper, lower) : Letter(upper, lower));
            }

            lines.Add(line.ToString());
        }

        return lines;
    }

    private static string Letter(byte upper, byte lower) =>
        Ramp[(upper + lower) / 2 * (Ramp.Length - 1) / 255].ToString();

    private static string Shaded(byte upper, byte lower) =>
        upper == lower
            ? $"[on rgb({upper},{upper},{upper})] [/]"
            : $"[rgb({upper},{upper},{upper}) on rgb({lower},{lower},{lower})]▀[/]";
}
