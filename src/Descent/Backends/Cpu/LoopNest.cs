using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>Where an operand's elements are: the part of <see cref="Operand"/> that changes when a copy takes its place.</summary>
/// <param name="Address">The first element.</param>
/// <param name="Strides">Distances along each axis, in elements.</param>
internal readonly record struct View(nint Address, Strides Strides)
{
    public static View Of(in Operand operand) => new(operand.Address, operand.Strides);
}

/// <summary>The axes of a loop over operands of one shape, merged where neighbours lie behind each other in all of them.</summary>
/// <remarks>Axis 0 is the outermost. A loop over contiguous operands, or over one and a scalar, has a single axis, its row.</remarks>
internal struct LoopNest
{
    /// <summary>The largest number of operands.</summary>
    public const int MaxOperands = 5;

    private Sizes sizes;
    private Steps steps;
    private readonly int operands;

    /// <summary>Merges the axes of up to five operands.</summary>
    public LoopNest(Shape shape, params ReadOnlySpan<View> views)
    {
        operands = views.Length;
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            var size = shape[axis];
            if (size == 1)
            {
                continue;
            }

            if (Rank > 0 && ContinuesLastAxis(views, axis, size))
            {
                sizes[Rank - 1] *= size;
            }
            else
            {
                sizes[Rank++] = size;
            }

            for (var i = 0; i < views.Length; i++)
            {
                steps[i * Shape.MaxRank + Rank - 1] = views[i].Strides[axis];
            }
        }

        if (Rank == 0)
        {
            Rank = 1;
            sizes[0] = 1;
            for (var i = 0; i < views.Length; i++)
            {
                steps[i * Shape.MaxRank] = 1;
            }
        }
    }

    /// <summary>The number of axes left, at least 1.</summary>
    public int Rank { get; private set; }

    /// <summary>The number of elements in a row, the innermost axis.</summary>
    public readonly long RowLength => sizes[Rank - 1];

    /// <summary>The distance of an operand's neighbours in a row.</summary>
    public readonly long RowStep(int operand) => steps[operand * Shape.MaxRank + Rank - 1];

    /// <summary>The number of elements along an axis.</summary>
    public readonly long Size(int axis) => sizes[axis];

    /// <summary>The distance of an operand's neighbours along an axis.</summary>
    public readonly long Step(int operand, int axis) => steps[operand * Shape.MaxRank + axis];

    /// <summary>Goes to the beginning of a row; rows are numbered in row-major order of the outer axes.</summary>
    public readonly Cursor At(long row)
    {
        var cursor = default(Cursor);
        for (var axis = Rank - 2; axis >= 0; axis--)
        {
            (row, var coordinate) = Math.DivRem(row, sizes[axis]);
            cursor.Coordinates[axis] = coordinate;
            for (var i = 0; i < operands; i++)
            {
                cursor.Places[i] += coordinate * Step(i, axis);
            }
        }

        return cursor;
    }

    /// <summary>Goes on to the next row.</summary>
    public readonly void Advance(ref Cursor cursor)
    {
        for (var axis = Rank - 2; axis >= 0; axis--)
        {
            var wraps = ++cursor.Coordinates[axis] == sizes[axis];
            var move = wraps ? 1 - sizes[axis] : 1;
            for (var i = 0; i < operands; i++)
            {
                cursor.Places[i] += move * Step(i, axis);
            }

            if (!wraps)
            {
                return;
            }

            cursor.Coordinates[axis] = 0;
        }
    }

    private readonly bool ContinuesLastAxis(ReadOnlySpan<View> views, int axis, long size)
    {
        for (var i = 0; i < views.Length; i++)
        {
            if (RowStep(i) != views[i].Strides[axis] * size)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A row of the nest and where each operand's part of it begins, in elements.</summary>
    internal struct Cursor
    {
        public Sizes Coordinates;
        public Starts Places;
    }

    [InlineArray(Shape.MaxRank)]
    internal struct Sizes
    {
        private long first;
    }

    [InlineArray(MaxOperands)]
    internal struct Starts
    {
        private long first;
    }

    [InlineArray(Shape.MaxRank * MaxOperands)]
    private struct Steps
    {
        private long first;
    }
}
