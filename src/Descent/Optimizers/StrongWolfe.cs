namespace Descent.Optimizers;

/// <summary>Finds a step length at which the loss has fallen enough and its slope is flat enough: the strong Wolfe conditions.</summary>
/// <remarks>
/// <b>Formula</b>: f(t) ≤ f(0) + c₁ t f′(0) and |f′(t)| ≤ c₂ |f′(0)|, with c₁ = 10⁻⁴ and c₂ = 0.9. Nocedal and Wright 2006,
/// algorithms 3.5 (widen until the interval holds such a t) and 3.6 (narrow it), with the cubic of equation 3.59.
/// </remarks>
internal static class StrongWolfe
{
    private const double Decrease = 1e-4;
    private const double Flatness = 0.9;
    private const int Tries = 25;

    /// <summary>Searches along the direction that the trials aim at.</summary>
    /// <param name="trials">Evaluates the loss.</param>
    /// <param name="origin">Where the search starts, with a slope below zero.</param>
    /// <param name="length">The first length to try.</param>
    /// <param name="shortest">An interval shorter than this is not narrowed further.</param>
    /// <returns>The point, and how often the loss was evaluated.</returns>
    public static (LbfgsPoint Point, int Evaluations) Search(
        in LbfgsTrials trials,
        LbfgsPoint origin,
        double length,
        double shortest
    )
    {
        var (previous, current, tries) = (origin, trials.At(length), 0);
        while (!IsTooHigh(current, origin) && !(tries > 1 && current.Value >= previous.Value))
        {
            if (IsFlat(current, origin))
            {
                return (current, tries + 1);
            }

            if (current.Slope >= 0)
            {
                break;
            }

            var least = current.Length + 0.01 * (current.Length - previous.Length);
            var next = Lowest(previous, current, least, 10 * current.Length);
            (previous, current) = (current, trials.At(next));
            if (++tries == Tries)
            {
                previous = origin;
                break;
            }
        }

        return Narrow(trials, origin, previous, current, shortest, tries);
    }

    private static (LbfgsPoint Point, int Evaluations) Narrow(
        in LbfgsTrials trials,
        LbfgsPoint origin,
        LbfgsPoint a,
        LbfgsPoint b,
        double shortest,
        int tries
    )
    {
        var (low, high) = a.Value <= b.Value ? (a, b) : (b, a);
        var wasAtEdge = false;
        while (tries < Tries && Math.Abs(high.Length - low.Length) >= shortest)
        {
            var (from, to) = (Math.Min(low.Length, high.Length), Math.Max(low.Length, high.Length));
            var length = Lowest(low, high, from, to);
            var margin = 0.1 * (to - from);
            if (Math.Min(to - length, length - from) >= margin)
            {
                wasAtEdge = false;
            }
            else if (wasAtEdge || length >= to || length <= from)
            {
                // The cubic proposes the edge again and again: step inside.
                length = to - length < length - from ? to - margin : from + margin;
                wasAtEdge = false;
            }
            else
            {
                wasAtEdge = true;
            }

            var trial = trials.At(length);
            tries++;
            if (IsTooHigh(trial, origin) || trial.Value >= low.Value)
            {
                (low, high) = trial.Value < low.Value ? (trial, low) : (low, trial);
                continue;
            }

            if (IsFlat(trial, origin))
            {
                return (trial, tries + 1);
            }

            if (trial.Slope * (high.Length - low.Length) >= 0)
            {
                high = low;
            }

            low = trial;
        }

        return (low, tries + 1);
    }

    private static bool IsTooHigh(LbfgsPoint point, LbfgsPoint origin) =>
        point.Value > origin.Value + Decrease * point.Length * origin.Slope;

    private static bool IsFlat(LbfgsPoint point, LbfgsPoint origin) =>
        Math.Abs(point.Slope) <= -Flatness * origin.Slope;

    /// <summary>Where the cubic through two points and their slopes is lowest, within bounds.</summary>
    private static double Lowest(LbfgsPoint a, LbfgsPoint b, double from, double to)
    {
        if (a.Length > b.Length)
        {
            (a, b) = (b, a);
        }

        var d1 = a.Slope + b.Slope - 3 * (a.Value - b.Value) / (a.Length - b.Length);
        var square = d1 * d1 - a.Slope * b.Slope;
        if (!(square >= 0))
        {
            return (from + to) / 2;
        }

        var d2 = Math.Sqrt(square);
        var lowest = b.Length - (b.Length - a.Length) * ((b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2));
        return Math.Min(Math.Max(lowest, from), to);
    }
}
