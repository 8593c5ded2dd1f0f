using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent;

/// <summary>The sizes of a tensor along its axes, outermost first; up to eight axes, none for a scalar.</summary>
/// <remarks>A value type that allocates nothing. Written as a collection expression: <c>Shape shape = [32, 1, 28, 28];</c></remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IEnumerable<int>
{
    /// <summary>The largest number of axes.</summary>
    public const int MaxRank = 8;

    private readonly Sizes sizes;

    // Kept less one, so that the default value is the shape of a scalar.
    private readonly long countLessOne;

    /// <summary>Makes a shape of the given sizes.</summary>
    /// <exception cref="ShapeException">More than eight axes, or a negative size.</exception>
    public Shape(params ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > MaxRank)
        {
            throw new ShapeException($"A shape has at most {MaxRank} axes; {sizes.Length} were given.");
        }

        long count = 1;
        for (var axis = 0; axis < sizes.Length; axis++)
        {
            if (sizes[axis] < 0)
            {
                throw new ShapeException($"The size of axis {axis} is {sizes[axis]}; sizes are zero or more.");
            }

            this.sizes[axis] = sizes[axis];
            count = checked(count * sizes[axis]);
        }

        Rank = sizes.Length;
        countLessOne = count - 1;
    }

    /// <summary>The number of axes.</summary>
    public int Rank { get; }

    /// <summary>The number of elements: the product of the sizes, 1 for a scalar.</summary>
    public long Count => countLessOne + 1;

    /// <summary>The size along an axis; <c>^1</c> is the innermost.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public int this[Index axis]
    {
        get
        {
            var offset = axis.GetOffset(Rank);
            return (uint)offset < (uint)Rank
                ? sizes[offset]
                : throw new ShapeException($"Axis {axis} of a shape {this} of {Rank} axes.");
        }
    }

    /// <summary>Makes a shape; what a collection expression calls.</summary>
    public static Shape Create(ReadOnlySpan<int> sizes) => new(sizes);

    /// <summary>This shape with one axis resized.</summary>
    public Shape With(Index axis, int size)
    {
        Span<int> changed = stackalloc int[MaxRank];
        CopyTo(changed);
        changed[axis.GetOffset(Rank)] = size;
        return new Shape(changed[..Rank]);
    }

    /// <summary>This shape without one axis.</summary>
    public Shape Without(Index axis)
    {
        Span<int> rest = stackalloc int[MaxRank];
        var removed = axis.GetOffset(Rank);
        for (int from = 0, to = 0; from < Rank; from++)
        {
            if (from != removed)
            {
                rest[to++] = sizes[from];
            }
        }

        return new Shape(rest[..(Rank - 1)]);
    }

    /// <summary>This shape with a new axis before <paramref name="axis"/>; <c>^0</c> puts it last.</summary>
    public Shape Insert(Index axis, int size)
    {
        Span<int> more = stackalloc int[MaxRank + 1];
        var place = axis.GetOffset(Rank);
        for (int from = 0, to = 0; to <= Rank; to++)
        {
            more[to] = to == place ? size : sizes[from++];
        }

        return new Shape(more[..(Rank + 1)]);
    }

    /// <summary>Copies the sizes into a span of at least <see cref="Rank"/> places.</summary>
    public void CopyTo(Span<int> destination)
    {
        for (var axis = 0; axis < Rank; axis++)
        {
            destination[axis] = sizes[axis];
        }
    }

    /// <summary>The sizes as a new array.</summary>
    public int[] ToArray()
    {
        var copy = new int[Rank];
        CopyTo(copy);
        return copy;
    }

    /// <summary>The distances in elements between neighbours along each axis when the elements lie in row-major order without gaps.</summary>
    public Strides RowMajorStrides()
    {
        var strides = default(Strides);
        long step = 1;
        for (var axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= sizes[axis];
        }

        return strides;
    }

    /// <summary>The shape that two shapes broadcast to: axes are aligned from the right, and a size of 1 stretches.</summary>
    /// <exception cref="ShapeException">Two sizes differ and neither is 1.</exception>
    public static Shape Broadcast(Shape left, Shape right)
    {
        if (left == right)
        {
            return left;
        }

        var rank = Math.Max(left.Rank, right.Rank);
        Span<int> result = stackalloc int[MaxRank];
        for (var fromEnd = 1; fromEnd <= rank; fromEnd++)
        {
            var a = fromEnd <= left.Rank ? left[^fromEnd] : 1;
            var b = fromEnd <= right.Rank ? right[^fromEnd] : 1;
            if (a != b && a != 1 && b != 1)
            {
                throw new ShapeException(
                    $"{left} and {right} do not broadcast: sizes {a} and {b} differ at axis {rank - fromEnd}, and neither is 1."
                );
            }

            result[rank - fromEnd] = a == 1 ? b : a;
        }

        return new Shape(result[..rank]);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other)
    {
        // Sizes beyond the rank are zero.
        return Rank == other.Rank && Vector256.LoadUnsafe(in sizes[0]) == Vector256.LoadUnsafe(in other.sizes[0]);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        for (var axis = 0; axis < Rank; axis++)
        {
            hash.Add(sizes[axis]);
        }

        return hash.ToHashCode();
    }

    /// <summary>The sizes in parentheses: <c>(32, 1, 28, 28)</c>.</summary>
    public override string ToString() =>
        "(" + string.Join(", ", ToArray().Select(size => size.ToString(CultureInfo.InvariantCulture))) + ")";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether two shapes have the same sizes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    [InlineArray(MaxRank)]
    private struct Sizes
    {
        private int first;
    }
}

/// <summary>The distance in elements between neighbours along each axis; zero where an axis is broadcast, never negative.</summary>
[InlineArray(Shape.MaxRank)]
public struct Strides
{
    private long first;
}
