using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Data;

/// <summary>Uniform numbers in [0, 1) one after the other, drawn from a source in bulk.</summary>
internal struct UniformStream(RandomSource source)
{
    private Numbers buffer;
    private int used = Numbers.Count;
    private long next;

    /// <summary>The next number.</summary>
    public float Next()
    {
        if (used == Numbers.Count)
        {
            source.FillUniform(buffer, next);
            next += Numbers.Count;
            used = 0;
        }

        return buffer[used++];
    }

    /// <summary>A bell-shaped number of mean 0 and variance 1, within ±3.5: the sum of four uniform ones.</summary>
    public float NextBell() => (Next() + Next() + Next() + Next() - 2f) * 1.7320508f;

    [InlineArray(Count)]
    private struct Numbers
    {
        public const int Count = 64;
        private float first;
    }
}
