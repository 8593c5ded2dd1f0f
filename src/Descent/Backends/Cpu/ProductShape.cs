namespace Descent.Backends.Cpu;

/// <summary>Sizes and strides, in elements, of a batch of matrix products C (rows × columns) = A (rows × depth) · B (depth × columns).</summary>
/// <remarks>A transpose is a swap of two strides. C has its columns side by side. A batch stride of zero reuses a matrix.</remarks>
internal struct ProductShape
{
    /// <summary>Rows of A and C.</summary>
    public long Rows;

    /// <summary>Columns of B and C.</summary>
    public long Columns;

    /// <summary>Columns of A and rows of B; when zero, C is zero (or stays, when accumulating).</summary>
    public long Depth;

    /// <summary>Number of products.</summary>
    public long Batches;

    /// <summary>From a row of A to the next, and from a column to the next.</summary>
    public long ARow,
        AColumn;

    /// <summary>From a row of B to the next, and from a column to the next.</summary>
    public long BRow,
        BColumn;

    /// <summary>From a row of C to the next.</summary>
    public long CRow;

    /// <summary>From one product's matrix to the next one's.</summary>
    public long ABatch,
        BBatch,
        CBatch;

    /// <summary>Adds to what C holds instead of replacing it.</summary>
    public bool Accumulate;

    /// <summary>One product of matrices in row-major order without gaps, either one read transposed if asked.</summary>
    public static ProductShape Of(
        long rows,
        long columns,
        long depth,
        bool transposeA = false,
        bool transposeB = false,
        bool accumulate = false
    ) =>
        new()
        {
            Rows = rows,
            Columns = columns,
            Depth = depth,
            Batches = 1,
            ARow = transposeA ? 1 : depth,
            AColumn = transposeA ? rows : 1,
            BRow = transposeB ? 1 : columns,
            BColumn = transposeB ? depth : 1,
            CRow = columns,
            Accumulate = accumulate,
        };
}
