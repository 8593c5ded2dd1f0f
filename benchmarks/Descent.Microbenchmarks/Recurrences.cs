using BenchmarkDotNet.Attributes;
using Descent.Backends;

namespace Descent.Microbenchmarks;

/// <summary>All steps of a recurrence, and its gradient.</summary>
public class Recurrences : KernelBenchmark
{
    private RecurrentPass pass = null!;
    private RecurrentPass unkept = null!;
    private RecurrentGradient gradient = null!;

    /// <summary>The formula of a step.</summary>
    [Params(RecurrentForm.Tanh, RecurrentForm.Gru, RecurrentForm.Lstm)]
    public RecurrentForm Form { get; set; }

    /// <summary>Steps, sequences and hidden size.</summary>
    [ParamsSource(nameof(Cases))]
    public ShapeCase Case { get; set; } = null!;

    /// <summary>Sentences, and a few long sequences of a small state.</summary>
    public static IEnumerable<ShapeCase> Cases => [new(100, 64, 128), new(200, 10, 32)];

    private int Gates => RecurrentPass.GatesOf(Form);

    /// <summary>Makes what goes in and room for what comes out.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var (steps, batch, size) = (Case.Sizes[0], Case.Sizes[1], Case.Sizes[2]);
        Shape rows = [steps * batch, size];
        Shape states = [batch, size];
        var isLstm = Form == RecurrentForm.Lstm;
        RecurrentPass Pass(bool isKept) =>
            new()
            {
                Form = Form,
                BatchSizes = [.. Enumerable.Repeat(batch, steps)],
                IsBySequence = true,
                Reverse = false,
                Input = Uniform(rows),
                InputWeight = Make([Gates * size, size]),
                Weight = Make([Gates * size, size]),
                InputBias = Make([Gates * size]),
                Bias = Make([Gates * size]),
                Peephole = Operand.None,
                Drop = Operand.None,
                Hidden = Make(states),
                Cell = isLstm ? Make(states) : Operand.None,
                Outputs = Make(rows),
                LastHidden = Make(states),
                LastCell = isLstm ? Make(states) : Operand.None,
                Gates = isKept && Gates > 1 ? Make([steps * batch, Gates * size]) : Operand.None,
                Memory = isKept && Gates > 1 ? Make(rows) : Operand.None,
                Seen = isKept ? Make([steps * batch, RecurrentPass.SeenSize(size, size)]) : Operand.None,
            };
        (pass, unkept) = (Pass(isKept: true), Pass(isKept: false));
        gradient = new()
        {
            Outputs = Make(rows),
            LastHidden = Make(states),
            LastCell = Operand.None,
            Input = Make(rows),
            InputWeight = Make([Gates * size, size]),
            Weight = Make([Gates * size, size]),
            InputBias = Make([Gates * size]),
            Bias = Make([Gates * size]),
            Hidden = Make(states),
            Cell = isLstm ? Make(states) : Operand.None,
            Peephole = Operand.None,
        };
        Forward();
    }

    /// <inheritdoc/>
    public override Work WorkOf(string kernel)
    {
        var rows = (double)Case.Sizes[0] * Case.Sizes[1];
        var size = Case.Sizes[2];
        var flops = 4 * rows * Gates * size * size;
        return kernel == nameof(Gradient)
            ? new(2 * flops, Floats(rows * size * (Gates + 4)), Floats(rows * size))
            : new(flops, Floats(rows * size), Floats(rows * size));
    }

    /// <summary>Kept for the gradient.</summary>
    [Benchmark]
    public bool Forward() => Backend.TryRecurrent(pass);

    /// <summary>As in inference.</summary>
    [Benchmark]
    public bool Infer() => Backend.TryRecurrent(unkept);

    /// <summary>Back through all steps.</summary>
    [Benchmark]
    public bool Gradient() => Backend.TryRecurrentGradient(pass, gradient);
}
