using System.Runtime.CompilerServices;

namespace Descent.Numerics;

/// <summary>Two normal numbers from two uniform ones, by our own logarithm, sine and cosine: the same bits everywhere.</summary>
/// <remarks>Box, Muller, <i>A note on the generation of random normal deviates</i> (1958).</remarks>
internal static class BoxMuller
{
    /// <summary>r cos φ and r sin φ with r = √(−2 ln u) and φ in quarter turns.</summary>
    /// <param name="u">Uniform in (0, 1].</param>
    /// <param name="quarterTurns">Uniform in [0, 4).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (T Cosine, T Sine) Transform<T>(T u, T quarterTurns)
        where T : struct, ILanes<T>
    {
        var radius = T.Sqrt(T.Constant(-2) * T.Log(u));
        var quadrant = T.Round(quarterTurns);
        var f = quarterTurns - quadrant;
        var z = f * f;
        var (sine, cosine) = T.IsDouble ? QuarterDouble(f, z) : QuarterSingle(f, z);

        // Quadrant 0 to 4: sine and cosine trade places in the odd ones, and take signs by halves of the circle.
        var half = quadrant * T.Constant(0.5);
        var isOdd = T.NotEqual(half, T.Floor(half));
        var x = T.Where(isOdd, sine, cosine);
        var y = T.Where(isOdd, cosine, sine);
        x = T.Where(T.GreaterThan(T.One, T.Abs(quadrant - T.Constant(1.5))), -x, x);
        y = T.Where(T.GreaterThan(T.One, T.Abs(quadrant - T.Constant(2.5))), -y, y);
        return (radius * x, radius * y);
    }

    /// <summary>Sine and cosine of f quarter turns, |f| ≤ ½.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T Sine, T Cosine) QuarterSingle<T>(T f, T z)
        where T : struct, ILanes<T>
    {
        var sine = T.Constant(-0.0046021454);
        sine = T.FusedMultiplyAdd(sine, z, 0.0796802193);
        sine = T.FusedMultiplyAdd(sine, z, -0.64596349);
        sine = T.FusedMultiplyAdd(sine, z, 1.57079637);
        var cosine = T.Constant(0.000904015615);
        cosine = T.FusedMultiplyAdd(cosine, z, -0.0208602864);
        cosine = T.FusedMultiplyAdd(cosine, z, 0.253669232);
        cosine = T.FusedMultiplyAdd(cosine, z, -1.23370051);
        return (sine * f, T.FusedMultiplyAdd(cosine, z, 1));
    }

    /// <summary>Sine and cosine of f quarter turns, |f| ≤ ½.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T Sine, T Cosine) QuarterDouble<T>(T f, T z)
        where T : struct, ILanes<T>
    {
        var sine = T.Constant(5.633915289907755e-08);
        sine = T.FusedMultiplyAdd(sine, z, -3.5986432288115823e-06);
        sine = T.FusedMultiplyAdd(sine, z, 0.00016044115071135574);
        sine = T.FusedMultiplyAdd(sine, z, -0.00468175413233751);
        sine = T.FusedMultiplyAdd(sine, z, 0.07969262624604283);
        sine = T.FusedMultiplyAdd(sine, z, -0.6459640975062443);
        sine = T.FusedMultiplyAdd(sine, z, 1.5707963267948966);
        var cosine = T.Constant(-6.321866599478268e-09);
        cosine = T.FusedMultiplyAdd(cosine, z, 4.7106154501355563e-07);
        cosine = T.FusedMultiplyAdd(cosine, z, -2.5202036985056507e-05);
        cosine = T.FusedMultiplyAdd(cosine, z, 0.000919260274224045);
        cosine = T.FusedMultiplyAdd(cosine, z, -0.020863480763315366);
        cosine = T.FusedMultiplyAdd(cosine, z, 0.2536695079010469);
        cosine = T.FusedMultiplyAdd(cosine, z, -1.2337005501361697);
        return (sine * f, T.FusedMultiplyAdd(cosine, z, 1));
    }
}
