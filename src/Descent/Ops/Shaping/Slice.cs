using Descent.Backends;

namespace Descent;

/// <summary>What to take along one axis: a range, or one place (which drops the axis).</summary>
/// <param name="Range">The places.</param>
/// <param name="Step">Every how many places; at least 1.</param>
/// <param name="DropsAxis">Whether a single place was named, so that the axis goes.</param>
public readonly record struct Slice(Range Range, int Step = 1, bool DropsAxis = false)
{
    /// <summary>A range: <c>1..3</c>, <c>..</c>, <c>^2..</c>.</summary>
    public static implicit operator Slice(Range range) => new(range);

    /// <summary>One place: <c>3</c> or <c>^1</c>; the axis goes.</summary>
    /// <exception cref="ShapeException">The place is <c>^0</c>, which is past the end.</exception>
    public static implicit operator Slice(Index place) =>
        place.IsFromEnd && place.Value == 0
            ? throw new ShapeException("Slice: ^0 is past the end of an axis; the last place is ^1.")
            : new(
                new Range(place, place.IsFromEnd ? Index.FromEnd(place.Value - 1) : Index.FromStart(place.Value + 1)),
                1,
                true
            );

    /// <summary>One place from the front; the axis goes.</summary>
    /// <exception cref="ShapeException">The place is negative.</exception>
    public static implicit operator Slice(int place) =>
        place < 0
            ? throw new ShapeException(
                $"Slice: place {place} is negative. Write ^{-(long)place} to count from the end."
            )
            : new Index(place, fromEnd: false);
}

public partial class Tensor
{
    /// <summary>A part of this tensor as a view: one range or place for each axis from the front, <c>x[.., 1..3, ^1]</c>; axes not named are taken whole.</summary>
    /// <remarks><b>Gradient</b>: dy at the places taken, 0 elsewhere.</remarks>
    /// <exception cref="ShapeException">A place or range lies outside its axis, or there are more of them than axes.</exception>
    public Tensor this[params ReadOnlySpan<Slice> slices] => SliceView(slices);

    private Tensor SliceView(ReadOnlySpan<Slice> slices)
    {
        if (slices.Length > Rank)
        {
            throw new ShapeException(
                $"Slice: {slices.Length} ranges for a tensor of shape {Shape}, which has {Rank} axes."
            );
        }

        ref readonly var view = ref View;
        Span<int> sizes = stackalloc int[Rank];
        var strides = default(Strides);
        var offset = view.Offset;
        var rank = 0;
        for (var axis = 0; axis < Rank; axis++)
        {
            var slice = axis < slices.Length ? slices[axis] : new Slice(..);
            var start = slice.Range.Start.GetOffset(Shape[axis]);
            var end = slice.Range.End.GetOffset(Shape[axis]);
            if (start < 0 || end > Shape[axis] || start > end || slice.Step < 1)
            {
                throw new ShapeException(
                    $"Slice: {(slice.DropsAxis ? slice.Range.Start : slice.Range)} of axis {axis}, which has size {Shape[axis]}, in a tensor of shape {Shape}."
                );
            }

            offset += start * view.Strides[axis];
            if (!slice.DropsAxis)
            {
                sizes[rank] = (end - start + slice.Step - 1) / slice.Step;
                strides[rank++] = view.Strides[axis] * slice.Step;
            }
        }

        var y = Seen(new Shape(sizes[..rank]), strides, offset);
        return Tape.Tracks(this) ? y.From(new SliceOp(this, slices)) : y;
    }
}

/// <summary>The node of a slice.</summary>
internal sealed class SliceOp : Op
{
    private readonly Tensor x;
    private readonly Slice[] slices;

    internal SliceOp(Tensor x, ReadOnlySpan<Slice> slices)
        : base(x)
    {
        this.x = x;
        this.slices = slices.ToArray();
    }

    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = gradient.ZeroResult(x.Shape);
        dx.Backend.Copy(gradient.View, dx[slices].View);
        tape.Add(x, dx);
    }
}
