using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>A run of whole output rows, flattened over the pictures, and the planes that feed it.</summary>
/// <remarks>Row q of the batch is row q mod OutputHeight of picture q / OutputHeight; a run takes one slot of planes per picture it touches.</remarks>
internal readonly unsafe struct ConvolutionRun
{
    private readonly ConvolutionShape shape;
    private readonly ConvolutionPlanes planes;

    /// <summary>The longest run, in output rows.</summary>
    public readonly long MostRows;

    /// <summary>Runs of at most <paramref name="mostRows"/> rows, seen by at most <paramref name="channels"/> channels at a time.</summary>
    public ConvolutionRun(in ConvolutionShape shape, int channels, long mostRows)
    {
        this.shape = shape;
        MostRows = mostRows;
        planes = new ConvolutionPlanes(shape, channels, (int)Math.Min(mostRows, shape.OutputHeight));
    }

    /// <summary>Elements that the planes of a run take, with room for copies that reach past the end.</summary>
    public long PlanesLength<TElement>()
        where TElement : unmanaged =>
        ((MostRows - 1) / shape.OutputHeight + 2) * planes.SlotLength + PixelChunks.Slack / sizeof(TElement);

    /// <summary>The planes of one picture.</summary>
    public ConvolutionPlanes Planes => planes;

    /// <summary>Writes the offset of every filter element (c, r, s), c counted from the slot's first channel.</summary>
    public void TapOffsets(int* offsets, int taps)
    {
        for (var tap = 0; tap < taps; tap++)
        {
            offsets[tap] = planes.TapOffset(tap);
        }
    }

    /// <summary>Fills the planes for the rows from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    /// <param name="x">The whole input.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="slots">Room for the planes.</param>
    public void Load<TElement>(TElement* x, int channel, int channels, long first, long end, TElement* slots)
        where TElement : unmanaged
    {
        for (var picture = first / shape.OutputHeight; picture * shape.OutputHeight < end; picture++)
        {
            var start = picture * shape.OutputHeight;
            var from = (int)(Math.Max(first, start) - start);
            var rows = (int)(Math.Min(end, start + shape.OutputHeight) - start) - from;
            var plane = x + (picture * shape.C + channel) * shape.H * shape.W;
            planes.Load(plane, channels, from, rows, slots);
            slots += planes.SlotLength;
        }
    }

    /// <summary>Lists the chunks of a range of the run's pixels.</summary>
    /// <param name="first">The run's first row.</param>
    /// <param name="pixel">The first pixel, counted from the start of the run.</param>
    /// <param name="count">The number of pixels.</param>
    /// <param name="chunks">Room for the chunks.</param>
    /// <returns>The number of chunks.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Chunks<TElement>(long first, long pixel, long count, PixelChunk* chunks)
        where TElement : unmanaged
    {
        var firstPicture = first / shape.OutputHeight;
        var length = PixelChunks.Length<TElement>();
        var made = 0;
        for (long done = 0; done < count; )
        {
            var row = first + (pixel + done) / shape.OutputWidth;
            var column = (pixel + done) % shape.OutputWidth;
            var picture = row / shape.OutputHeight;
            var topRow = Math.Max(first, picture * shape.OutputHeight);
            var run = Math.Min(shape.OutputWidth - column, count - done);
            var source = (picture - firstPicture) * planes.SlotLength + planes.RowOffset((int)(row - topRow)) + column;
            for (long i = 0; i < run; i += length)
            {
                chunks[made++] = new PixelChunk((int)(source + i), (int)(done + i), (int)Math.Min(length, run - i));
            }

            done += run;
        }

        return made;
    }
}
