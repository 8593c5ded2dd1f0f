namespace Descent.Backends;

/// <summary>How a normalisation cuts contiguous (samples, channels, places) memory: each sample into groups of neighbouring channels, which are brought to mean 0 and variance 1 alone.</summary>
/// <param name="Samples">N.</param>
/// <param name="Channels">C: each has its own scale and shift.</param>
/// <param name="Places">Places of a channel.</param>
/// <param name="Groups">Groups of a sample; they divide the channels.</param>
public readonly record struct Pieces(int Samples, int Channels, long Places, int Groups)
{
    /// <summary>The number of pieces: N · groups.</summary>
    public long Count => (long)Samples * Groups;

    /// <summary>The channels of a piece.</summary>
    public int ChannelsEach => Channels / Groups;

    /// <summary>The elements of a piece.</summary>
    public long Length => ChannelsEach * Places;

    /// <summary>The elements that are written by one formula: a channel's places, or a whole row where each channel has one.</summary>
    internal long Run => Places == 1 ? Length : Places;

    /// <summary>The first channel of a piece.</summary>
    internal int FirstChannel(long piece) => (int)(piece % Groups) * ChannelsEach;
}
