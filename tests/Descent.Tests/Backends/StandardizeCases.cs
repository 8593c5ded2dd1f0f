using Descent.Backends;

namespace Descent.Tests.Backends;

/// <summary>Normalisation of pieces, with and without scale and shift, against plain loops.</summary>
internal static class StandardizeCases
{
    private const double Epsilon = 1e-3;

    public static IEnumerable<BackendCase> All =>
        from pieces in new Pieces[]
        {
            new(5, 3, 1, 1),
            new(70, 37, 1, 1),
            new(3, 12, 1, 4),
            new(4, 512, 1, 1),
            new(2, 6, 35, 3),
            new(3, 4, 49, 4),
            new(2, 4, 9, 1),
            new(1, 2, 700, 1),
            new(2, 5, 1, 5),
        }
        from hasScale in new[] { true, false }
        from test in new[]
        {
            FusedCases.Case(
                $"Standardize {pieces} {hasScale}",
                a =>
                {
                    var (x, scale, shift) = Inputs(a, pieces, hasScale);
                    Shape statistics = [(int)pieces.Count];
                    var (y, mean, variance) = (a.Output(x.Shape), a.Output(statistics), a.Output(statistics));
                    return (
                        () => a.Backend.TryStandardize(x, scale, shift, pieces, Epsilon, y, mean, variance),
                        () => Plain(x, scale, shift, pieces, y, mean, variance)
                    );
                }
            ),
            FusedCases.Case(
                $"Standardize gradient {pieces} {hasScale}",
                a =>
                {
                    var (x, scale, _) = Inputs(a, pieces, hasScale);
                    var dy = a.Input(x.Shape);
                    Shape statistics = [(int)pieces.Count];
                    var (mean, variance) = (a.Input(statistics), a.Input(statistics, low: 0.5));
                    var dx = a.Output(x.Shape);
                    var dscale = hasScale ? a.Output(scale.Shape) : Operand.None;
                    var dshift = hasScale ? a.Output(scale.Shape) : Operand.None;
                    return (
                        () =>
                            a.Backend.TryStandardizeGradient(
                                x,
                                dy,
                                scale,
                                mean,
                                variance,
                                pieces,
                                Epsilon,
                                dx,
                                dscale,
                                dshift
                            ),
                        () => PlainGradient(x, dy, scale, mean, variance, pieces, dx, dscale, dshift)
                    );
                }
            ),
        }
        select test;

    private static (Operand X, Operand Scale, Operand Shift) Inputs(Arena a, Pieces pieces, bool hasScale)
    {
        var x = a.Input([pieces.Samples, pieces.Channels, (int)pieces.Places], low: 1, high: 4);
        Shape channels = [pieces.Channels];
        return hasScale ? (x, a.Input(channels), a.Input(channels)) : (x, Operand.None, Operand.None);
    }

    private static void Plain(
        Operand x,
        Operand scale,
        Operand shift,
        Pieces pieces,
        Operand y,
        Operand mean,
        Operand variance
    )
    {
        var values = Arena.Values(x);
        for (var piece = 0; piece < pieces.Count; piece++)
        {
            var mine = PlacesOf(pieces, piece);
            var average = mine.Average(i => values[i]);
            var spread = mine.Average(i => (values[i] - average) * (values[i] - average));
            Arena.Set(mean, piece, average);
            Arena.Set(variance, piece, spread);
            foreach (var i in mine)
            {
                var unit = (values[i] - average) / Math.Sqrt(spread + Epsilon);
                var channel = ChannelOf(pieces, i);
                Arena.Set(y, i, scale.IsNone ? unit : Arena.Get(scale, channel) * unit + Arena.Get(shift, channel));
            }
        }
    }

    private static void PlainGradient(
        Operand x,
        Operand dy,
        Operand scale,
        Operand mean,
        Operand variance,
        Pieces pieces,
        Operand dx,
        Operand dscale,
        Operand dshift
    )
    {
        var (values, gradients) = (Arena.Values(x), Arena.Values(dy));
        var (scaleSums, shiftSums) = (new double[pieces.Channels], new double[pieces.Channels]);
        for (var piece = 0; piece < pieces.Count; piece++)
        {
            var mine = PlacesOf(pieces, piece);
            var average = Arena.Get(mean, piece);
            var sigma = Math.Sqrt(Arena.Get(variance, piece) + Epsilon);
            double Unit(int i) => (values[i] - average) / sigma;
            double Slope(int i) => gradients[i] * (scale.IsNone ? 1 : Arena.Get(scale, ChannelOf(pieces, i)));
            var (sum, product) = (mine.Sum(Slope), mine.Sum(i => Slope(i) * Unit(i)));
            foreach (var i in mine)
            {
                scaleSums[ChannelOf(pieces, i)] += gradients[i] * Unit(i);
                shiftSums[ChannelOf(pieces, i)] += gradients[i];
                Arena.Set(dx, i, (Slope(i) - sum / mine.Length - Unit(i) * product / mine.Length) / sigma);
            }
        }

        for (var channel = 0; channel < pieces.Channels && !scale.IsNone; channel++)
        {
            Arena.Set(dscale, channel, scaleSums[channel]);
            Arena.Set(dshift, channel, shiftSums[channel]);
        }
    }

    private static int[] PlacesOf(Pieces pieces, int piece) =>
        [.. Enumerable.Range(0, (int)pieces.Length).Select(i => piece * (int)pieces.Length + i)];

    private static int ChannelOf(Pieces pieces, int element) => (int)(element / pieces.Places) % pieces.Channels;
}
