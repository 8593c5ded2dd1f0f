namespace Descent.Backends.Cpu;

/// <summary>How rows are shared out among register tiles.</summary>
internal static class ProductTiling
{
    /// <summary>Rows of the next tile when <paramref name="left"/> remain: as few tiles as fit, their heights within one of each
    /// other, because a low tile cannot hide the time that its columns take to arrive.</summary>
    public static int Rows(long left, int tileRows)
    {
        var tiles = (left + tileRows - 1) / tileRows;
        return (int)((left + tiles - 1) / tiles);
    }

    /// <summary>The greatest height that divides <paramref name="rows"/> and is at least <paramref name="least"/>, else
    /// <paramref name="tileRows"/>: each height of a tile is a method to compile.</summary>
    public static int Height(long rows, int least, int tileRows)
    {
        for (var height = tileRows; height >= least; height--)
        {
            if (rows % height == 0)
            {
                return height;
            }
        }

        return tileRows;
    }
}
