using Descent.Backends;
using Descent.Backends.Reference;

namespace Descent.Tests.Backends;

/// <summary>How an operand lies in memory.</summary>
public enum Layout
{
    /// <summary>Row-major without gaps.</summary>
    Contiguous,

    /// <summary>The first axis is the fastest.</summary>
    Transposed,

    /// <summary>A part of a larger tensor.</summary>
    Sliced,

    /// <summary>Every second element along the last axis.</summary>
    Strided,

    /// <summary>Every other axis repeats one element; outputs are contiguous then.</summary>
    Broadcast,
}

/// <summary>Makes the operands of one run: the same numbers for the same seed, on whichever backend.</summary>
internal sealed class Arena(Backend backend, DType dtype, Layout layout, int seed = 1)
{
    private static readonly ReferenceBackend Referee = new();
    private readonly Random random = new(seed);
    private readonly List<Operand> outputs = [];

    public Backend Backend { get; } = backend;

    public DType DType { get; } = dtype;

    /// <summary>An operand of random numbers: floating-point ones in [low, high), integers of that range.</summary>
    public Operand Input(Shape shape, DType? type = null, double low = -2, double high = 2, Layout? lies = null)
    {
        var operand = Make(shape, type ?? DType, lies ?? layout);
        FillRandom(operand, low, high);
        return operand;
    }

    /// <summary>An operand that an operation changes.</summary>
    public Operand InputOutput(Shape shape, DType? type = null, double low = -2, double high = 2, Layout? lies = null)
    {
        var chosen = lies ?? layout;
        var operand = Make(shape, type ?? DType, chosen == Layout.Broadcast ? Layout.Contiguous : chosen);
        FillRandom(operand, low, high);
        outputs.Add(operand);
        return operand;
    }

    /// <summary>An operand that an operation writes, filled with a number that must not survive.</summary>
    public Operand Output(Shape shape, DType? type = null, Layout? lies = null)
    {
        var chosen = lies ?? layout;
        var operand = Make(shape, type ?? DType, chosen == Layout.Broadcast ? Layout.Contiguous : chosen);
        Referee.Fill(operand, 77);
        outputs.Add(operand);
        return operand;
    }

    /// <summary>Sets an element by its number in row-major order.</summary>
    public static void Set(in Operand operand, long index, double value) =>
        RealElements.WriteValue(operand, operand.PlaceOf(index), value);

    /// <summary>Reads an element by its number in row-major order.</summary>
    public static double Get(in Operand operand, long index) =>
        operand.DType.IsFloating()
            ? RealElements.ReadValue(operand, operand.PlaceOf(index))
            : IntegerElements.ReadValue(operand, operand.PlaceOf(index));

    /// <summary>All elements of an operand.</summary>
    public static double[] Values(Operand operand) =>
        [.. Enumerable.Range(0, (int)operand.Count).Select(i => Get(operand, i))];

    /// <summary>All elements of all outputs, one array each.</summary>
    public List<double[]> Results() => [.. outputs.Select(Values)];

    private void FillRandom(in Operand operand, double low, double high)
    {
        for (long i = 0; i < operand.Count; i++)
        {
            var value = low + (high - low) * random.NextDouble();
            Set(operand, i, operand.DType.IsFloating() ? value : Math.Floor(value));
        }
    }

    private Operand Make(Shape shape, DType type, Layout lies)
    {
        var strides = default(Strides);
        long step = lies == Layout.Strided ? 2 : 1;
        long offset = lies is Layout.Sliced or Layout.Strided ? 3 : 0;
        for (var i = 0; i < shape.Rank; i++)
        {
            var axis = lies == Layout.Transposed ? i : shape.Rank - 1 - i;
            if (lies == Layout.Broadcast && axis % 2 == 0)
            {
                continue;
            }

            strides[axis] = step;
            step *= shape[axis] + (lies == Layout.Sliced ? 2 : 0);
        }

        var storage = Backend.Rent(Math.Max(64, (step * 2 + offset + 16) * type.ByteSize()));
        return new Operand(storage, type, shape, strides, offset);
    }
}
