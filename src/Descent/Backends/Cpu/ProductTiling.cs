namespace Descent.Backends.Cpu;

/// <summary>How rows are shared out among register tiles.</summary>
internal static class ProductTiling
{
    /// <summary>Rows of the tile that starts at <paramref name="row"/>: full tiles, then one rest; a rest of fewer than
    /// four rows, too few sums to keep the multipliers busy, is shared with the tile before it.</summary>
    public static int RowsAt(long row, long rows, int tileRows)
    {
        var left = rows - row;
        return left <= tileRows ? (int)left
            : left < tileRows + 4 ? (int)((left + 1) / 2)
            : tileRows;
    }
}
