namespace Descent.Backends.Cpu;

/// <summary>How the steps of a recurrence are shared out: parts of the batch go through all steps on their own, some steps at a time.</summary>
/// <remarks>
/// What a pass keeps stands part after part, in a part in the order in which the steps are made, in a step by sequence.
/// Parts, and the blocks of steps within them, depend on shapes only.
/// </remarks>
internal sealed class RecurrentOrder
{
    /// <summary>Steps are taken together until they have so many rows: enough to fill the tiles of a product, few enough to stay in the second-level cache.</summary>
    public const long BlockRows = 128;

    private const long MostRows = 32;
    private const long FewestRowsToShare = 10;

    // What one core does in some microseconds: less is not worth another thread.
    private const long LeastProducts = 1_000_000;

    private readonly RecurrentPass pass;
    private readonly int[] batchSizes;
    private readonly long[]? outer;
    private readonly long[] inner;

    public RecurrentOrder(RecurrentPass pass)
    {
        this.pass = pass;
        batchSizes = pass.BatchSizes as int[] ?? [.. pass.BatchSizes];
        Batch = pass.Hidden.Shape[0];
        Rows =
            Batch >= 2 * MostRows ? MostRows
            : Batch >= FewestRowsToShare ? (Batch + 1) / 2
            : Math.Max(1, Batch);
        Parts = (Batch + Rows - 1) / Rows;
        inner = new long[Parts + 1];
        for (long part = 0; part < Parts; part++)
        {
            inner[part + 1] = inner[part];
            for (var turn = 0; turn < Turns; turn++)
            {
                inner[part + 1] += Count(part, turn);
            }
        }

        if (!pass.IsBySequence)
        {
            outer = new long[Turns];
            for (var step = 1; step < Turns; step++)
            {
                outer[step] = outer[step - 1] + batchSizes[step - 1];
            }
        }
    }

    /// <summary>The number of sequences.</summary>
    public long Batch { get; }

    /// <summary>The number of steps.</summary>
    public int Turns => batchSizes.Length;

    /// <summary>The number of parts of the batch.</summary>
    public long Parts { get; }

    /// <summary>Sequences of one part, but for the last.</summary>
    public long Rows { get; }

    /// <summary>How many parts are worth a thread.</summary>
    public long Grain =>
        Math.Max(
            1,
            LeastProducts / Math.Max(1, Rows * (pass.Weight.Count + pass.InputWeight.Count) * Math.Max(1, Turns))
        );

    /// <summary>Whether steps have never more sequences than those made before them.</summary>
    public bool IsFalling => !pass.Reverse;

    /// <summary>How many sequences of a part have the step that is made at a turn.</summary>
    public long Count(long part, int turn) =>
        Math.Max(0, Math.Min((part + 1) * Rows, batchSizes[StepOf(turn)]) - part * Rows);

    /// <summary>Where a row of inputs and outputs stands.</summary>
    public long Outer(int turn, long sequence) =>
        outer is null ? sequence * Turns + StepOf(turn) : outer[StepOf(turn)] + sequence;

    /// <summary>Where the kept rows of a part begin, and those of the one before it end.</summary>
    public long Inner(long part) => inner[part];

    /// <summary>Says of each row of inputs where it stands among the kept rows.</summary>
    public unsafe void List(long* places)
    {
        long row = 0;
        for (long part = 0; part < Parts; part++)
        {
            for (var turn = 0; turn < Turns; turn++)
            {
                var count = Count(part, turn);
                for (long i = 0; i < count; i++)
                {
                    places[Outer(turn, part * Rows + i)] = row++;
                }
            }
        }
    }

    private int StepOf(int turn) => pass.Reverse ? Turns - 1 - turn : turn;
}
