namespace Descent.Numerics;

/// <summary>Constants that take the exponent out of a number's bits and put it back.</summary>
internal static class ExponentBits
{
    /// <summary>The bits of 1.</summary>
    internal const uint SingleOne = 0x3F80_0000;

    /// <summary>Added to the bits of a number, moves the step of the exponent from 1 to √½.</summary>
    internal const uint SingleShift = SingleOne - 0x3F35_04F3;

    /// <summary>The bits of 2^23: below it, a whole number in the low bits reads as itself.</summary>
    internal const uint SingleWhole = 0x4B00_0000;

    /// <summary>2^23 and the bias of the exponent.</summary>
    internal const float SingleOffset = 8388608f + 127f;

    /// <summary>1.5 · 2^23 and the bias: a sum with it has the biased exponent in its low bits.</summary>
    internal const float SingleMagic = 12582912f + 127f;

    /// <summary>The bits of 1.</summary>
    internal const ulong DoubleOne = 0x3FF0_0000_0000_0000;

    /// <summary>Added to the bits of a number, moves the step of the exponent from 1 to √½.</summary>
    internal const ulong DoubleShift = DoubleOne - 0x3FE6_A09E_667F_3BCD;

    /// <summary>The bits of 2^52: below it, a whole number in the low bits reads as itself.</summary>
    internal const ulong DoubleWhole = 0x4330_0000_0000_0000;

    /// <summary>2^52 and the bias of the exponent.</summary>
    internal const double DoubleOffset = 4503599627370496d + 1023d;

    /// <summary>1.5 · 2^52 and the bias: a sum with it has the biased exponent in its low bits.</summary>
    internal const double DoubleMagic = 6755399441055744d + 1023d;
}
