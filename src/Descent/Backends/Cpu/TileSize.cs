namespace Descent.Backends.Cpu;

/// <summary>Rows of a register tile, or vectors of a row, as a type, so that the compiler removes what is not there.</summary>
internal interface ITileSize
{
    /// <summary>Rows, 1 to 12, or vectors, 1 or 2.</summary>
    static abstract int Count { get; }
}

internal readonly struct OneVector : ITileSize
{
    public static int Count => 1;
}

internal readonly struct TwoVectors : ITileSize
{
    public static int Count => 2;
}

internal readonly struct Rows1 : ITileSize
{
    public static int Count => 1;
}

internal readonly struct Rows2 : ITileSize
{
    public static int Count => 2;
}

internal readonly struct Rows3 : ITileSize
{
    public static int Count => 3;
}

internal readonly struct Rows4 : ITileSize
{
    public static int Count => 4;
}

internal readonly struct Rows5 : ITileSize
{
    public static int Count => 5;
}

internal readonly struct Rows6 : ITileSize
{
    public static int Count => 6;
}

internal readonly struct Rows7 : ITileSize
{
    public static int Count => 7;
}

internal readonly struct Rows8 : ITileSize
{
    public static int Count => 8;
}

internal readonly struct Rows9 : ITileSize
{
    public static int Count => 9;
}

internal readonly struct Rows10 : ITileSize
{
    public static int Count => 10;
}

internal readonly struct Rows11 : ITileSize
{
    public static int Count => 11;
}

internal readonly struct Rows12 : ITileSize
{
    public static int Count => 12;
}
