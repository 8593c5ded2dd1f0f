using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Copies where one side runs along an axis that is not the other's innermost: block by block, so that both sides stay in the nearest cache.</summary>
internal static unsafe class TransposeLoop
{
    private const long ElementsOfGrain = 1 << 15;

    /// <summary>Copies if the rows of the destination are contiguous and the source is contiguous along another axis; operand 0 of the nest is the destination.</summary>
    public static bool TryRun<TElement>(in LoopNest nest, long count, nint source, nint destination)
        where TElement : unmanaged
    {
        if (nest.RowStep(0) != 1 || nest.RowStep(1) <= 1 || nest.RowLength < 4)
        {
            return false;
        }

        for (var axis = 0; axis < nest.Rank - 1; axis++)
        {
            if (nest.Step(1, axis) == 1 && nest.Size(axis) >= 4)
            {
                var body = new PanelBody<TElement>(nest, axis, source, destination);
                var items = count / nest.Size(axis) / nest.RowLength * body.ItemsOfPlane;
                WorkSplitter.For(items, Math.Max(1, ElementsOfGrain * items / count), body);
                return true;
            }
        }

        return false;
    }

    // An item is a block of 64 places along the destination's rows and 512 along the source's: few enough pages for the
    // translation buffers. Items that share destination pages follow each other. Tiles of an item fit the nearest cache.
    private readonly struct PanelBody<TElement>(LoopNest nest, int axis, nint source, nint destination) : IRangeBody
        where TElement : unmanaged
    {
        private const long Length = 64;
        private const long Width = 512;
        private const long TileWidth = 64;

        private long Strips => (nest.RowLength + Length - 1) / Length;

        public long ItemsOfPlane => (nest.Size(axis) + Width - 1) / Width * Strips;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            for (var item = start; item < end; item++)
            {
                var (plane, block) = Math.DivRem(item, ItemsOfPlane);
                var (panel, strip) = Math.DivRem(block, Strips);
                var from = (TElement*)source;
                var to = (TElement*)destination;
                for (var outer = nest.Rank - 2; outer >= 0; outer--)
                {
                    if (outer != axis)
                    {
                        (plane, var coordinate) = Math.DivRem(plane, nest.Size(outer));
                        to += coordinate * nest.Step(0, outer);
                        from += coordinate * nest.Step(1, outer);
                    }
                }

                var row = strip * Length;
                var length = Math.Min(Length, nest.RowLength - row);
                from += row * nest.RowStep(1);
                to += row;
                var last = Math.Min((panel + 1) * Width, nest.Size(axis));
                for (var first = panel * Width; first < last; first += TileWidth)
                {
                    Transpose.Exactly(
                        from + first,
                        nest.RowStep(1),
                        length,
                        Math.Min(TileWidth, last - first),
                        to + first * nest.Step(0, axis),
                        nest.Step(0, axis)
                    );
                }
            }
        }
    }
}
