using System.Runtime.CompilerServices;

namespace Descent.Data;

/// <summary>Writes one digit as a hand would: picks a style, moves its knots, bends, slants and turns the whole, and lays it out in pixels.</summary>
/// <remarks>Plain arithmetic and square roots only, so that the same draws give the same picture on every machine.</remarks>
internal static class DigitHand
{
    private const int PiecesPerSpan = 6;
    private const int MaxPoints = DigitStyles.MaxKnots * PiecesPerSpan + DigitStyles.MaxKnots;

    /// <summary>Draws a digit into 28 × 28 bytes, white on black.</summary>
    [SkipLocalsInit]
    public static void Draw(int digit, ref UniformStream random, Span<byte> picture)
    {
        Span<Knot> knots = stackalloc Knot[DigitStyles.MaxKnots];
        Span<PenPoint> points = stackalloc PenPoint[MaxPoints];

        var style = Choose(DigitStyles.All[digit], random.Next());
        var care = 0.4f + 0.7f * random.Next();
        MoveKnots(style.Knots, knots, care, ref random);

        var count = 0;
        var start = 0;
        foreach (var end in style.StrokeEnds)
        {
            count = Trace(knots[start..end], points, count);
            start = end;
        }

        var line = points[..count];
        Tremble(line, 0.9f * care, ref random);

        var thickness = random.Next();
        var radius = 0.8f + 1.5f * thickness * (0.35f + 0.65f * random.Next());
        LayOut(line, radius, ref random);
        DigitPen.Draw(line, radius, ref random, picture);
    }

    private static DigitStyle Choose(DigitStyle[] styles, float draw)
    {
        var total = 0f;
        foreach (var style in styles)
        {
            total += style.Weight;
        }

        var rest = draw * total;
        foreach (var style in styles)
        {
            rest -= style.Weight;
            if (rest < 0)
            {
                return style;
            }
        }

        return styles[^1];
    }

    private static void MoveKnots(Knot[] model, Span<Knot> moved, float care, ref UniformStream random)
    {
        // The whole shape bends (quadratic terms) and its upper half grows against the lower one.
        var bendX = 9f * care * random.NextBell();
        var bendY = 5f * care * random.NextBell();
        var taper = 0.16f * care * random.NextBell();
        var balance = 0.13f * care * random.NextBell();
        for (var i = 0; i < model.Length; i++)
        {
            var x = (model[i].X - 48f) / 50f;
            var y = (model[i].Y - 50f) / 50f;
            var newX = x * (1f + taper * y) * 50f + bendX * (y * y - 0.5f);
            var newY = (y + balance * (1f - y * y)) * 50f + bendY * (x * x - 0.2f);
            moved[i] = new Knot(
                newX + 3.6f * care * random.NextBell(),
                newY + 3.6f * care * random.NextBell(),
                model[i].Corner
            );
        }
    }

    /// <summary>Turns the knots of one stroke into a chain of points along a cardinal spline, with a break at each corner.</summary>
    private static int Trace(ReadOnlySpan<Knot> knots, Span<PenPoint> points, int count)
    {
        for (var i = 0; i + 1 < knots.Length; i++)
        {
            var from = knots[i];
            var to = knots[i + 1];
            var before = i == 0 || from.Corner ? from : knots[i - 1];
            var after = i + 2 == knots.Length || to.Corner ? to : knots[i + 2];
            float slopeX0 = (to.X - before.X) * 0.5f,
                slopeY0 = (to.Y - before.Y) * 0.5f;
            float slopeX1 = (after.X - from.X) * 0.5f,
                slopeY1 = (after.Y - from.Y) * 0.5f;
            for (var piece = i == 0 ? 0 : 1; piece <= PiecesPerSpan; piece++)
            {
                var t = piece / (float)PiecesPerSpan;
                var u = 1f - t;
                float a = u * u * (1f + 2f * t),
                    b = t * t * (3f - 2f * t),
                    c = t * u * u,
                    d = -t * t * u;
                points[count++] = new PenPoint(
                    a * from.X + b * to.X + c * slopeX0 + d * slopeX1,
                    a * from.Y + b * to.Y + c * slopeY0 + d * slopeY1,
                    IsStart: i == 0 && piece == 0
                );
            }
        }

        return count;
    }

    /// <summary>A hand's tremor: every third point is displaced and the points between follow.</summary>
    private static void Tremble(Span<PenPoint> line, float size, ref UniformStream random)
    {
        float x0 = 0,
            y0 = 0,
            x1 = size * random.NextBell(),
            y1 = size * random.NextBell();
        for (var i = 0; i < line.Length; i++)
        {
            var phase = i % 3;
            if (phase == 0)
            {
                (x0, y0) = (x1, y1);
                (x1, y1) = (size * random.NextBell(), size * random.NextBell());
            }

            var t = phase / 3f;
            line[i] = line[i] with { X = line[i].X + x0 + t * (x1 - x0), Y = line[i].Y + y0 + t * (y1 - y0) };
        }
    }

    /// <summary>Aspect, slant and rotation, then into the picture: the longer side about 20 pixels, the ink's centre in the middle.</summary>
    private static void LayOut(Span<PenPoint> line, float radius, ref UniformStream random)
    {
        var aspect = Math.Clamp(0.82f + 0.17f * random.NextBell(), 0.5f, 1.3f);
        var slant = Math.Clamp(0.14f + 0.26f * random.NextBell(), -0.45f, 0.7f);
        // (1 − t²) / (1 + t²) and 2t / (1 + t²) are the cosine and sine of twice the angle whose tangent is t.
        var tangent = 0.07f * random.NextBell();
        var cosine = (1f - tangent * tangent) / (1f + tangent * tangent);
        var sine = 2f * tangent / (1f + tangent * tangent);

        float left = float.MaxValue,
            top = float.MaxValue,
            right = float.MinValue,
            bottom = float.MinValue;
        for (var i = 0; i < line.Length; i++)
        {
            var x = line[i].X * aspect - slant * line[i].Y;
            var y = line[i].Y;
            (x, y) = (cosine * x - sine * y, sine * x + cosine * y);
            line[i] = line[i] with { X = x, Y = y };
            left = Math.Min(left, x);
            right = Math.Max(right, x);
            top = Math.Min(top, y);
            bottom = Math.Max(bottom, y);
        }

        var scale = (20f - 1.6f * radius + 1.1f * random.NextBell()) / Math.Max(right - left, bottom - top);
        float mass = 0,
            massX = 0,
            massY = 0;
        for (var i = 1; i < line.Length; i++)
        {
            if (!line[i].IsStart)
            {
                float dx = line[i].X - line[i - 1].X,
                    dy = line[i].Y - line[i - 1].Y;
                var length = MathF.Sqrt(dx * dx + dy * dy);
                mass += length;
                massX += length * 0.5f * (line[i].X + line[i - 1].X);
                massY += length * 0.5f * (line[i].Y + line[i - 1].Y);
            }
        }

        var shiftX = Shift(scale * massX / mass, scale * left, scale * right, radius, 0.6f * random.NextBell());
        var shiftY = Shift(scale * massY / mass, scale * top, scale * bottom, radius, 0.6f * random.NextBell());
        for (var i = 0; i < line.Length; i++)
        {
            line[i] = line[i] with { X = scale * line[i].X + shiftX, Y = scale * line[i].Y + shiftY };
        }
    }

    /// <summary>Where one axis starts: the ink's centre about the middle, but no ink beyond the border.</summary>
    private static float Shift(float centre, float low, float high, float radius, float jitter)
    {
        const float Last = Digits.Side - 1f;
        const float Margin = 1f;
        var shift = 0.5f * Last + jitter - centre;
        return Math.Max(Math.Min(shift, Last - Margin - radius - high), Margin + radius - low);
    }
}

/// <summary>A point on the pen's path.</summary>
/// <param name="X">Across.</param>
/// <param name="Y">Down.</param>
/// <param name="IsStart">The pen was lifted before this point.</param>
internal readonly record struct PenPoint(float X, float Y, bool IsStart);
