namespace Descent.Backends.Cpu;

/// <summary>How the output channels of a group are cut among tasks where pictures and rows give too few of them, as those of a single small picture do.</summary>
internal readonly struct ChannelCut
{
    // Each piece makes what it reads of the input for itself: no more of them than two threads need.
    private const int WantedTasks = 2;
    private const int LeastChannels = 64;

    private readonly int all;

    /// <summary>Cuts the channels of a group, when there are <paramref name="tasks"/> pieces of work without it.</summary>
    public ChannelCut(in ConvolutionShape shape, long tasks)
    {
        all = shape.GroupK;
        var most = Math.Max(1, all / LeastChannels);
        Blocks = (int)Math.Clamp(WantedTasks / Math.Max(1, tasks), 1, most);
        Length = (all + Blocks - 1) / Blocks;
    }

    /// <summary>The number of pieces.</summary>
    public int Blocks { get; }

    /// <summary>Channels of a piece, but the last.</summary>
    public int Length { get; }

    /// <summary>The end of the piece that begins with a channel.</summary>
    public int EndOf(int first) => Math.Min(all, first + Length);
}
