namespace Descent.Data;

internal struct DigitRandom
{
    private readonly uint k0,
        k1,
        c2,
        c3;
    private uint counter;
    private int left;
    private uint b0,
        b1,
        b2,
        b3;

    public DigitRandom(ulong seed, string purpose, long index)
    {
        ulong h = 1469598103934665603UL;
        foreach (var c in purpose)
            h = (h ^ c) * 1099511628211UL;
        h ^= seed * 0x9E3779B97F4A7C15UL;
        k0 = (uint)h;
        k1 = (uint)(h >> 32);
        c2 = (uint)index;
        c3 = (uint)(index >> 32);
        counter = 0;
        left = 0;
        b0 = b1 = b2 = b3 = 0;
    }

    public uint Next()
    {
        if (left == 0)
        {
            uint x0 = counter++,
                x1 = 0,
                x2 = c2,
                x3 = c3,
                y0 = k0,
                y1 = k1;
            for (var r = 0; r < 10; r++)
            {
                var p0 = (ulong)x0 * 0xD2511F53u;
                var p1 = (ulong)x2 * 0xCD9E8D57u;
                (x0, x1, x2, x3) = ((uint)(p1 >> 32) ^ x1 ^ y0, (uint)p1, (uint)(p0 >> 32) ^ x3 ^ y1, (uint)p0);
                y0 += 0x9E3779B9u;
                y1 += 0xBB67AE85u;
            }
            (b0, b1, b2, b3) = (x0, x1, x2, x3);
            left = 4;
        }
        left--;
        var v = b0;
        b0 = b1;
        b1 = b2;
        b2 = b3;
        return v;
    }

    public float Uniform() => (Next() >> 8) * (1f / 16777216f);
}
