using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Data;

/// <summary>Inks a path: each pixel takes its darkness from the distance to the nearest piece of the path.</summary>
internal static unsafe class DigitPen
{
    private const int Side = Digits.Side;
    private const int Stride = 32;
    private const int Lanes = 8;

    /// <summary>Draws the path into 28 × 28 bytes, white on black.</summary>
    /// <param name="line">The path, in pixels.</param>
    /// <param name="radius">Half the pen's width, in pixels.</param>
    /// <param name="random">Where pressure, sharpness and roughness are drawn from.</param>
    /// <param name="picture">The 28 × 28 bytes.</param>
    [SkipLocalsInit]
    public static void Draw(ReadOnlySpan<PenPoint> line, float radius, ref UniformStream random, Span<byte> picture)
    {
        // Depth: how far inside the ink a pixel's centre lies (negative outside).
        var depth = stackalloc float[Side * Stride];
        new Span<float>(depth, Side * Stride).Fill(-9f);

        var pressure = 0.22f * (random.Next() - 0.5f);
        var softness = 0.45f + 0.4f * random.Next();
        for (var i = 1; i < line.Length; i++)
        {
            if (!line[i].IsStart)
            {
                var along = i / (float)line.Length - 0.5f;
                Stroke(depth, line[i - 1], line[i], radius * (1f + pressure * along), softness);
            }
        }

        var brightness = 235f + 65f * random.Next();
        var roughness = 0.5f * random.Next();
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                var inside = depth[row * Stride + column];
                if (inside <= -softness - 0.25f)
                {
                    picture[row * Side + column] = 0;
                    continue;
                }

                inside += roughness * (random.Next() - 0.5f);
                var ink = Math.Clamp(0.5f + 0.5f * inside / softness, 0f, 1f);
                picture[row * Side + column] = (byte)Math.Min(255f, ink * brightness);
            }
        }
    }

    private static void Stroke(float* depth, PenPoint from, PenPoint to, float radius, float softness)
    {
        var reach = radius + softness + 0.25f;
        var top = Math.Max(0, (int)(Math.Min(from.Y, to.Y) - reach));
        var bottom = Math.Min(Side - 1, (int)(Math.Max(from.Y, to.Y) + reach) + 1);
        var left = Math.Max(0, (int)(Math.Min(from.X, to.X) - reach)) / Lanes * Lanes;
        var right = Math.Min(Side - 1, (int)(Math.Max(from.X, to.X) + reach) + 1);
        float dx = to.X - from.X,
            dy = to.Y - from.Y;
        var perLength = 1f / Math.Max(dx * dx + dy * dy, 1e-6f);
        var ramp = Vector256.Create(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f);
        for (var column = left; column <= right; column += Lanes)
        {
            var px = ramp + Vector256.Create(column - from.X);
            for (var row = top; row <= bottom; row++)
            {
                var py = row - from.Y;
                var t = (px * Vector256.Create(dx) + Vector256.Create(py * dy)) * Vector256.Create(perLength);
                t = Vector256.Min(Vector256.Max(t, Vector256<float>.Zero), Vector256<float>.One);
                var awayX = px - t * Vector256.Create(dx);
                var awayY = Vector256.Create(py) - t * Vector256.Create(dy);
                var distance = Vector256.Sqrt(awayX * awayX + awayY * awayY);
                var place = depth + row * Stride + column;
                Vector256.Max(Vector256.Load(place), Vector256.Create(radius) - distance).Store(place);
            }
        }
    }
}
