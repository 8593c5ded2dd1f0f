using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

/// <summary>The recording of one thread: the operations in the order they ran, and the memory that their results take.</summary>
/// <remarks>
/// The one ambient state of the library. Outside a tape everything is inference and nothing is recorded. A training
/// step opens a tape that recycles; <see cref="Gradients.Record"/> opens one that does not.
/// </remarks>
internal sealed partial class Tape
{
    [ThreadStatic]
    private static Tape? current;

    private readonly List<Op> ops = [];
    private readonly List<Storage> rented = [];
    private readonly Stack<Storage> spare = [];
    private readonly SmallBlocks smallBlocks = new();
    private readonly List<Parameter> parameters = [];
    private readonly HashSet<Tensor> leaves = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Tensor> leafGradients = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, RowGradient> leafRows = new(ReferenceEqualityComparer.Instance);
    private readonly List<BufferUpdate> bufferUpdates = [];
    private readonly Dictionary<object, int> calls = new(ReferenceEqualityComparer.Instance);
    private Tape? outer;
    private int isOpen;

    /// <summary>What the current thread records on, or null: inference.</summary>
    internal static Tape? Current => current;

    /// <summary>Whether layers of this thread are in training mode.</summary>
    internal static bool IsTraining => current is { Trains: true };

    /// <summary>The path of the layer that is running, for error messages; set by <c>Layer.Forward</c> alone.</summary>
    [field: ThreadStatic]
    internal static string? LayerPath { get; set; }

    /// <summary>The end of an error's first sentence that says which layer ran, or nothing.</summary>
    internal static string InLayer => LayerPath is { } path ? $" (layer {path})" : "";

    /// <summary>Whether layers are in training mode under this tape.</summary>
    internal bool Trains { get; private set; }

    /// <summary>Whether results are recycled when the tape closes.</summary>
    internal bool Recycles { get; private set; }

    /// <summary>The number of the training step, from which dropout draws.</summary>
    internal long StepNumber { get; private set; }

    /// <summary>How often the tape was opened: what a step remembers to notice that it has ended.</summary>
    internal int Opening { get; private set; }

    /// <summary>Why no further loss may be run backward before the tape closes; null while one may.</summary>
    internal string? EndOfUse { get; set; }

    /// <summary>Whether a tensor's gradient is collected for those who opened the tape.</summary>
    internal bool IsLeaf(Tensor tensor) =>
        tensor is Parameter { Collector: { } collector } && collector == this
        || (leaves.Count > 0 && leaves.Contains(tensor));

    /// <summary>Whether an operation on these inputs has to be recorded.</summary>
    internal static bool Tracks(Tensor a) => current is { isBackward: false } tape && tape.Needs(a);

    /// <inheritdoc cref="Tracks(Tensor)"/>
    internal static bool Tracks(Tensor a, Tensor? b) =>
        current is { isBackward: false } tape && (tape.Needs(a) || (b is not null && tape.Needs(b)));

    /// <inheritdoc cref="Tracks(Tensor)"/>
    internal static bool Tracks(Tensor a, Tensor? b, Tensor? c) => Tracks(a, b) || (c is not null && Tracks(c));

    /// <summary>Opens this tape on the current thread.</summary>
    /// <exception cref="StepException">It is open already, on another thread.</exception>
    internal void Open(ReadOnlySpan<Tensor> leaves, bool trains, bool recycles, long stepNumber)
    {
        if (Interlocked.Exchange(ref isOpen, 1) != 0)
        {
            throw new StepException(
                "BeginStep: this optimizer has a training step open on another thread. Give each thread an optimizer of its own."
            );
        }

        Opening++;
        EndOfUse = null;
        foreach (var leaf in leaves)
        {
            if (leaf is Parameter parameter && parameter.TryCollect(this))
            {
                parameters.Add(parameter);
            }
            else
            {
                this.leaves.Add(leaf);
            }
        }

        Trains = trains;
        Recycles = recycles;
        StepNumber = stepNumber;
        outer = current;
        current = this;
    }

    /// <summary>Closes this tape: forgets the operations and, where it recycles, gives their memory back.</summary>
    internal void Close()
    {
        current = outer;
        outer = null;
        Restart();
        parameters.ForEach(parameter => parameter.StopCollecting());
        parameters.Clear();
        leaves.Clear();
        Volatile.Write(ref isOpen, 0);
    }

    /// <summary>Forgets all that was recorded since the tape was opened, so that a loss can be evaluated anew.</summary>
    internal void Restart()
    {
        parameters.ForEach(parameter => parameter.Collected = null);
        leafGradients.Clear();
        leafRows.Clear();
        calls.Clear();
        bufferUpdates.Clear();
        Recycle();
    }

    /// <summary>Forgets the operations and gives their memory back; collected gradients of leaves stay.</summary>
    internal void Recycle()
    {
        foreach (var op in ops)
        {
            op.Output!.ForgetProducer();
        }

        ops.Clear();
        foreach (var storage in rented)
        {
            if (storage.Address == 0 || !smallBlocks.TryKeep(storage))
            {
                storage.Free();
                spare.Push(storage);
            }
        }

        rented.Clear();
    }

    internal Storage Rent(Backend backend, long byteLength)
    {
        if (smallBlocks.Take(backend, byteLength) is { } small)
        {
            rented.Add(small);
            return small;
        }

        var storage =
            spare.TryPeek(out var free) && free.Backend == backend
                ? spare.Pop()
                : new Storage(backend) { IsRecycled = true };
        storage.Occupy(backend.Acquire(byteLength, comesBack: true), byteLength);
        rented.Add(storage);
        if (isBackward && byteLength >= Storage.LeastToGiveBack)
        {
            storage.Waiting = 0;
            passing.Add(storage);
        }

        return storage;
    }

    internal void Append(Op op, Tensor output)
    {
        op.Place(this, ops.Count, output, LayerPath);
        ops.Add(op);
    }

    /// <summary>Whether a tensor's gradient is wanted: it is a leaf or was computed from one.</summary>
    internal bool Needs(Tensor tensor) => tensor.Producer is { } op && op.Tape == this || IsLeaf(tensor);

    /// <summary>Queues buffer ← keep · buffer + take · batch: done when the step succeeds, forgotten when it is refused.</summary>
    internal void UpdateLater(Parameter buffer, Tensor batch, double keep, double take) =>
        bufferUpdates.Add(new BufferUpdate(buffer, batch, keep, take));

    /// <summary>Changes the buffers as was queued, in that order.</summary>
    /// <param name="share">How far each goes to the batch's value, in place of what its layer asked for; null for the layer's.</param>
    internal void ApplyBufferUpdates(double? share = null)
    {
        foreach (var (buffer, batch, keep, take) in bufferUpdates)
        {
            var constants = default(UpdateConstants<double>);
            // A layer with momentum m keeps 1 − m and takes m, times what makes its estimate unbiased.
            (constants[0], constants[1]) =
                share is { } own && keep < 1 ? (1 - own, own * take / (1 - keep)) : (keep, take);
            buffer.Backend.Update<BlendKernel>(
                buffer.View,
                batch.View,
                Operand.None,
                Operand.None,
                Operand.None,
                constants
            );
            buffer.MarkChanged();
        }

        bufferUpdates.Clear();
    }

    /// <summary>How often <paramref name="caller"/> asked within this step: 0, 1, 2, …</summary>
    internal int NextCall(object caller)
    {
        calls.TryGetValue(caller, out var count);
        calls[caller] = count + 1;
        return count;
    }

    /// <summary>Says where a number that is not finite first arose, going forward through the results.</summary>
    internal string DescribeFirstNonFinite()
    {
        foreach (var op in ops)
        {
            if (op.Output!.DType.IsFloating() && !op.Output.Backend.IsFinite(op.Output.View))
            {
                foreach (var input in (ReadOnlySpan<Tensor?>)[op.First, op.Second, op.Third])
                {
                    if (input is not null && input.DType.IsFloating() && !input.Backend.IsFinite(input.View))
                    {
                        return input is Parameter parameter
                            ? $"parameter {parameter.Name} holds numbers that are not finite"
                            : $"the input of {Describe(op)} holds numbers that are not finite";
                    }
                }

                return $"the first to make it is {Describe(op)}";
            }
        }

        return "it was so before the first recorded operation; check the input";
    }

    private static string Describe(Op op) => op.LayerPath is { } path ? $"{op.Name} in layer {path}" : op.Name;

    private readonly record struct BufferUpdate(Parameter Buffer, Tensor Batch, double Keep, double Take);
}

/// <summary>w ← keep · w + take · g.</summary>
internal readonly struct BlendKernel : IUpdateKernel
{
    public static int StateCount => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T first,
        ref T second,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T> => weight = T.FusedMultiplyAdd(constants[0], weight, constants[1] * gradient);
}
