using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>Transforms what the tiles of some rows see: planes to 36 matrices (tile, channel).</summary>
internal static unsafe class WinogradSquares<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Transforms the squares of <paramref name="count"/> rows of tiles, by way of <paramref name="rows"/> of lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSquares>(
        in WinogradLines lines,
        int across,
        TElement* from,
        int channels,
        int row,
        int count,
        TElement* rows,
        TElement* to,
        long step,
        int pitch
    )
        where TSquares : struct, WinogradTransform<TOps, TVector, TElement>.ISquares
    {
        const int Side = WinogradTiles.Side,
            Channels = WinogradLines.Channels;
        var height = Side * (count - 1) + TSquares.Size;
        for (var channel = 0; channel < channels; channel += Channels)
        {
            lines.Load(from + channel * lines.Plane, Math.Min(Channels, channels - channel), Side * row, height, rows);
            var square = to + channel;
            for (var i = 0; i < count; i++, square += across * pitch)
            {
                var line = rows + Side * i * lines.Pitch;
                for (var lane = 0; lane < Channels; lane += TOps.Count)
                {
                    TSquares.Run(line + lane, lines.Pitch, square + lane, step, pitch, across);
                }
            }
        }
    }
}
