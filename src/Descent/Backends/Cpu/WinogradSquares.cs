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
    public static void Run<TLine>(
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
        where TLine : struct, WinogradTransform<TOps, TVector, TElement>.ILine
    {
        const int Side = WinogradTiles.Side,
            Channels = WinogradLines.Channels;
        var spare = stackalloc TElement[WinogradTransform<TOps, TVector, TElement>.SpareLength];
        var height = Side * (count - 1) + TLine.From;
        for (var channel = 0; channel < channels; channel += Channels)
        {
            lines.Load(from + channel * lines.Plane, Math.Min(Channels, channels - channel), Side * row, height, rows);
            var square = to + channel;
            for (var i = 0; i < count; i++)
            {
                var line = rows + Side * i * lines.Pitch;
                for (var j = 0; j < across; j++, line += Side * Channels, square += pitch)
                {
                    for (var lane = 0; lane < Channels; lane += TOps.Count)
                    {
                        WinogradTransform<TOps, TVector, TElement>.Run<TLine>(
                            line + lane,
                            lines.Pitch,
                            Channels,
                            square + lane,
                            6 * step,
                            step,
                            spare
                        );
                    }
                }
            }
        }
    }
}
