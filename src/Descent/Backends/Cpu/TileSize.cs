using System.Runtime.InteropServices;

namespace Descent.Backends.Cpu;

/// <summary>The number of rows of a register tile, or of vectors in a row, as the byte size of a type: a constant that the
/// compiler sees without expanding a call, so that what is not there is never compiled.</summary>
internal interface ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 1)]
internal readonly struct OneVector : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 2)]
internal readonly struct TwoVectors : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 1)]
internal readonly struct Rows1 : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 2)]
internal readonly struct Rows2 : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 3)]
internal readonly struct Rows3 : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 4)]
internal readonly struct Rows4 : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 5)]
internal readonly struct Rows5 : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 6)]
internal readonly struct Rows6 : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 7)]
internal readonly struct Rows7 : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 8)]
internal readonly struct Rows8 : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 9)]
internal readonly struct Rows9 : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 10)]
internal readonly struct Rows10 : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 11)]
internal readonly struct Rows11 : ITileSize;

[StructLayout(LayoutKind.Sequential, Size = 12)]
internal readonly struct Rows12 : ITileSize;
