using Descent.Layers;

namespace Descent.Optimizers;

/// <summary>What L-BFGS remembers between iterations and steps: the last moves, and the gradient and direction of the last one.</summary>
internal sealed class LbfgsMemory
{
    private const string Prefix = "lbfgs.";

    private List<Pair> pairs = [];
    private Tensor? gradient;
    private double scale = 1;

    /// <summary>How many iterations were made in all.</summary>
    public long Iterations { get; private set; }

    /// <summary>The direction of the last move.</summary>
    public Tensor? Direction { get; private set; }

    /// <summary>How far the last move went along it.</summary>
    public double Length { get; set; }

    /// <summary>Whether this is of the given parameters: they may have been frozen or converted since.</summary>
    public bool Fits(Parameter[] parameters) =>
        Direction is null
        || (Direction.Count == parameters.Sum(p => p.Count) && Direction.DType == parameters[0].DType);

    /// <summary>A copy that can go on by itself; the vectors never change.</summary>
    public LbfgsMemory Copy()
    {
        var copy = (LbfgsMemory)MemberwiseClone();
        copy.pairs = [.. pairs];
        return copy;
    }

    /// <summary>Learns from the last move, and turns a new gradient into the next direction (two-loop recursion).</summary>
    public void Advance(Tensor newGradient, int historySize, double smallestCurvature)
    {
        if (Iterations++ > 0)
        {
            Learn(newGradient, historySize, smallestCurvature);
        }

        var q = newGradient.Negate().LastingCopy();
        var shares = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            var (move, change, curvature) = pairs[i];
            shares[i] = FlatVector.Dot(move, q) / curvature;
            FlatVector.Add(q, -shares[i], change);
        }

        var direction = (q * scale).LastingCopy();
        for (var i = 0; i < pairs.Count; i++)
        {
            var (move, change, curvature) = pairs[i];
            var share = FlatVector.Dot(change, direction) / curvature;
            FlatVector.Add(direction, shares[i] - share, move);
        }

        (gradient, Direction) = (newGradient, direction);
    }

    /// <summary>Adds what is remembered to a state.</summary>
    public void AddTo(StateDict state)
    {
        if (Direction is null)
        {
            return;
        }

        state.Add(Prefix + "numbers", Tensor.From([Iterations, Length, scale]));
        state.Add(Prefix + "gradient", gradient!.LastingCopy());
        state.Add(Prefix + "direction", Direction.LastingCopy());
        for (var i = 0; i < pairs.Count; i++)
        {
            state.Add($"{Prefix}move.{i}", pairs[i].Move.LastingCopy());
            state.Add($"{Prefix}change.{i}", pairs[i].Change.LastingCopy());
        }
    }

    /// <summary>Takes a memory out of a state; says what does not fit.</summary>
    public static LbfgsMemory TakeFrom(Dictionary<string, Tensor> state, Parameter[] parameters, List<string> problems)
    {
        var memory = new LbfgsMemory();
        if (!state.Remove(Prefix + "numbers", out var numbers))
        {
            return memory;
        }

        if (numbers.Count != 3 || parameters.Length == 0)
        {
            problems.Add(
                $"{Prefix}numbers has shape {numbers.Shape} for {parameters.Length} unfrozen parameters; three numbers for one or more are expected"
            );
            return memory;
        }

        var known = numbers.To(DType.Float64).ToArray<double>();
        (memory.Iterations, memory.Length, memory.scale) = ((long)known[0], known[1], known[2]);
        memory.gradient = Take("gradient");
        memory.Direction = Take("direction");
        for (var i = 0; state.ContainsKey($"{Prefix}move.{i}"); i++)
        {
            memory.pairs.Add(Pair.Of(Take($"move.{i}"), Take($"change.{i}")));
        }

        return memory;

        Tensor Take(string name)
        {
            Shape expected = [checked((int)parameters.Sum(p => p.Count))];
            if (!state.Remove(Prefix + name, out var found))
            {
                problems.Add($"missing {Prefix}{name} {expected}");
            }
            else if (found.Shape != expected || found.DType != parameters[0].DType)
            {
                problems.Add(
                    $"{Prefix}{name} is {found.DType.Name()} {found.Shape} where {parameters[0].DType.Name()} {expected} is expected"
                );
            }

            return found?.Shape == expected ? found.LastingCopy() : Tensor.Zeros(expected, parameters[0].DType);
        }
    }

    private void Learn(Tensor newGradient, int historySize, double smallestCurvature)
    {
        var change = (newGradient - gradient!).LastingCopy();
        var move = (Direction! * Length).LastingCopy();
        var pair = Pair.Of(move, change);
        if (pair.Curvature <= smallestCurvature)
        {
            return;
        }

        if (pairs.Count == historySize)
        {
            pairs.RemoveAt(0);
        }

        pairs.Add(pair);
        scale = pair.Curvature / FlatVector.Dot(change, change);
    }

    /// <summary>A move s, the change y of the gradient over it, and y · s.</summary>
    private readonly record struct Pair(Tensor Move, Tensor Change, double Curvature)
    {
        public static Pair Of(Tensor move, Tensor change) => new(move, change, FlatVector.Dot(change, move));
    }
}
