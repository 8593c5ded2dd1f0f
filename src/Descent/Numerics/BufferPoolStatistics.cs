namespace Descent.Numerics;

/// <summary>The state of the buffer pool, in bytes.</summary>
/// <param name="BytesRented">In use now.</param>
/// <param name="BytesHeld">Taken from the system, in use or waiting to be used again.</param>
/// <param name="PeakBytesRented">The most that was in use at once.</param>
public readonly record struct BufferPoolStatistics(long BytesRented, long BytesHeld, long PeakBytesRented);
