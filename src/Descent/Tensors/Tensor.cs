using System.Runtime.CompilerServices;
using Descent.Backends;

namespace Descent;

/// <summary>Numbers in a grid of up to eight axes: what networks compute with.</summary>
/// <remarks>
/// <para>Immutable for its users: operations make new tensors, views (<see cref="Reshape(ReadOnlySpan{int})"/>,
/// <see cref="Transpose(int, int)"/>, slices) share memory without copying, and only parameters change, by an optimizer or
/// <see cref="Parameter.Assign"/>. Nothing needs to be disposed.</para>
/// <para>Element types never mix silently: convert with <see cref="To(DType)"/>.</para>
/// <para>The results of operations inside a training step are recycled when the step ends; using one later throws
/// <see cref="RecycledTensorException"/>.</para>
/// </remarks>
public partial class Tensor
{
    private static readonly Operand none;

    private Operand operand;
    private int generation;
    private Deferred? deferred;

    private protected Tensor(in Operand operand, Device device)
    {
        this.operand = operand;
        generation = operand.Storage.Generation;
        Device = device;
    }

    /// <summary>The sizes along the axes.</summary>
    public Shape Shape => operand.Shape;

    /// <summary>The type of the elements.</summary>
    public DType DType => operand.DType;

    /// <summary>Where the elements live.</summary>
    public Device Device { get; private set; }

    /// <summary>The number of axes.</summary>
    public int Rank => operand.Rank;

    /// <summary>The number of elements.</summary>
    public long Count => operand.Count;

    /// <summary>Whether the elements lie in memory in row-major order without gaps; a view often does not.</summary>
    public bool IsContiguous => operand.IsContiguous;

    /// <summary>The operation that made this tensor, where it was recorded.</summary>
    internal Op? Producer { get; private set; }

    /// <summary>Whether every element is known to be finite, so that nobody needs to look.</summary>
    internal bool IsKnownFinite { get; set; }

    /// <summary>Whether no sum of elements or of products of two, up to as many as a shape can have, exceeds the largest float.</summary>
    internal bool HasHarmlessSums => Backend.IsWithin(View, 1e14);

    /// <summary>What will compute the elements when somebody looks at them; null once they are there.</summary>
    internal Deferred? Deferred => deferred;

    /// <summary>The elements as a backend sees them.</summary>
    /// <exception cref="RecycledTensorException">The tensor was made inside a training step that has ended.</exception>
    internal ref readonly Operand View
    {
        get
        {
            if (operand.Storage.Generation != generation)
            {
                Settle();
            }

            return ref operand;
        }
    }

    /// <summary>The elements of a tensor as a backend sees them; the absent operand where there is none.</summary>
    internal static ref readonly Operand ViewOf(Tensor? tensor)
    {
        if (tensor is null)
        {
            return ref none;
        }

        return ref tensor.View;
    }

    internal Backend Backend => Device.Backend;

    /// <summary>The result of an operation, not yet computed: recycled when the current training step ends, if there is one.</summary>
    internal static Tensor Result(Device device, DType dtype, Shape shape)
    {
        var bytes = shape.Count * dtype.ByteSize();
        var storage = Tape.Current is { Recycles: true } tape
            ? tape.Rent(device.Backend, bytes)
            : device.Backend.Rent(bytes);
        return new Tensor(new Operand(storage, dtype, shape), device);
    }

    /// <summary>A tensor that no training step recycles, its elements undefined.</summary>
    internal static Tensor Lasting(Device device, DType dtype, Shape shape) =>
        new(new Operand(device.Backend.Rent(shape.Count * dtype.ByteSize()), dtype, shape), device);

    internal Tensor Result(Shape shape) => Result(Device, DType, shape);

    /// <summary>A result that is computed when somebody looks at it, if ever.</summary>
    internal Tensor Result(Shape shape, Deferred work)
    {
        var result = Result(shape);
        result.deferred = work;

        // No storage has a generation below zero, so that the first look ends in Settle.
        result.generation = ~result.generation;
        return result;
    }

    internal Tensor Result(Shape shape, DType dtype) => Result(Device, dtype, shape);

    /// <summary>The same memory seen through another shape and other strides, unrecorded.</summary>
    internal Tensor Seen(Shape shape, in Strides strides, long offset) =>
        new(View.Seen(shape, strides, offset), Device);

    /// <summary>This tensor, if contiguous, else a contiguous copy; unrecorded.</summary>
    internal Tensor Contiguous()
    {
        if (View.IsContiguous)
        {
            return this;
        }

        var copy = Result(Shape);
        Backend.Copy(View, copy.View);
        return copy;
    }

    /// <summary>Notes on the current tape how this tensor was made.</summary>
    internal Tensor From(Op op)
    {
        Tape.Current!.Append(op, this);
        Producer = op;
        return this;
    }

    /// <summary>Lets go of the operation that made this tensor when its tape ends, so that a tensor that is kept does not keep the tape.</summary>
    internal void ForgetProducer() => Producer = null;

    /// <summary>The same memory without history, for the length of an operation.</summary>
    internal Tensor WithoutHistory() => Seen(Shape, View.Strides, View.Offset);

    /// <summary>Whether this and another tensor lie in the same memory.</summary>
    internal bool SharesMemory(Tensor other) => operand.Storage == other.operand.Storage;

    /// <summary>The memory that this tensor lies in.</summary>
    internal Storage Storage => operand.Storage;

    /// <summary>Gives the memory back at once, for who knows that nobody reads it any more, unless backward may: when it or the result made from it is recorded.</summary>
    internal void GiveBack(Tensor result)
    {
        if (Producer is null && result.Producer is null && operand.Storage.ByteLength >= Storage.LeastToGiveBack)
        {
            operand.Storage.Free();
        }
    }

    /// <summary>Copies the elements into memory that no step recycles, without history.</summary>
    internal Tensor LastingCopy()
    {
        var copy = Lasting(Device, DType, Shape);
        Backend.Copy(View, copy.View);
        return copy;
    }

    /// <summary>Puts other memory under this tensor: how a parameter changes its element type.</summary>
    private protected void Rebind(Tensor other)
    {
        operand = other.operand;
        generation = other.generation;
        Device = other.Device;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Settle()
    {
        if (deferred is { } work && operand.Storage.Generation == ~generation)
        {
            deferred = null;
            generation = ~generation;
            work.Compute(operand);
            return;
        }

        throw new RecycledTensorException(
            $"This {DType.Name()} tensor of shape {Shape} was made inside a training step that has ended, and its memory was recycled. "
                + "Read the number inside the step, or keep the tensor with Detach() or Clone() before the step ends."
        );
    }
}
