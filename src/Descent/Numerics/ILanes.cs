namespace Descent.Numerics;

/// <summary>Arithmetic on one number or on many numbers side by side: the language in which every elementwise formula is written once.</summary>
/// <remarks>
/// <para>The same generic source is compiled to 512-, 256- and 128-bit vectors and to scalar <see cref="float"/> and
/// <see cref="double"/>, and runs on dual numbers to check a slope exactly. Every operation gives the same bits in
/// every implementation of one element type, whatever the width.</para>
/// <para>A comparison gives a mask: all bits set in the lanes where it holds, no bit elsewhere. Masks are consumed by
/// <see cref="Where"/>; formulas have no branches. Comparisons with NaN are false, except <see cref="NotEqual"/>.</para>
/// </remarks>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Zero in every lane.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>One in every lane.</summary>
    static abstract TSelf One { get; }

    /// <summary>True when the elements are <see cref="double"/> (or duals of it), false when they are <see cref="float"/>; a constant to the compiler.</summary>
    static abstract bool IsDouble { get; }

    /// <summary>The same number in every lane, rounded to the element type.</summary>
    static abstract TSelf Constant(double value);

    /// <summary>Sum, lane by lane.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>Difference, lane by lane.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>Product, lane by lane.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>Quotient, lane by lane, correctly rounded.</summary>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>Negation: the sign bit flipped.</summary>
    static abstract TSelf operator -(TSelf value);

    /// <summary><c>a * b + c</c> with one rounding.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary><c>a * b + c</c> with one rounding and the same <paramref name="c"/> in every lane: one step of a polynomial.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf a, TSelf b, double c);

    /// <summary>The value without its sign.</summary>
    static abstract TSelf Abs(TSelf value);

    /// <summary>The smaller of two numbers; NaN when either is NaN; −0 is smaller than +0.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>The larger of two numbers; NaN when either is NaN; +0 is larger than −0.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>Square root, correctly rounded; NaN for negative numbers.</summary>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>The nearest whole number, ties to even.</summary>
    static abstract TSelf Round(TSelf value);

    /// <summary>The largest whole number not above the value.</summary>
    static abstract TSelf Floor(TSelf value);

    /// <summary>The magnitude of <paramref name="magnitude"/> with the sign of <paramref name="sign"/>.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary><c>value · 2^exponent</c> for a whole-numbered <paramref name="exponent"/> up to twice the range of normal exponents; rounded once where the result is subnormal, exact elsewhere.</summary>
    static abstract TSelf ScaleByPowerOfTwo(TSelf value, TSelf exponent);

    /// <summary>Splits a positive normal number into <c>mantissa · 2^exponent</c> with the mantissa in [√½, √2).</summary>
    static abstract (TSelf Mantissa, TSelf Exponent) SplitExponent(TSelf value);

    /// <summary>Mask of the lanes where left &gt; right.</summary>
    static abstract TSelf GreaterThan(TSelf left, TSelf right);

    /// <summary>Mask of the lanes where left ≥ right.</summary>
    static abstract TSelf GreaterOrEqual(TSelf left, TSelf right);

    /// <summary>Mask of the lanes where left = right.</summary>
    static abstract TSelf Equal(TSelf left, TSelf right);

    /// <summary>Mask of the lanes where left ≠ right; true for NaN.</summary>
    static abstract TSelf NotEqual(TSelf left, TSelf right);

    /// <summary>Takes <paramref name="whenTrue"/> in the lanes that the mask holds and <paramref name="whenFalse"/> in the others.</summary>
    static abstract TSelf Where(TSelf mask, TSelf whenTrue, TSelf whenFalse);

    /// <summary>The value, or a bound where the bound is larger: <c>bound &gt; value ? bound : value</c>. NaN stays NaN.</summary>
    static virtual TSelf AtLeast(TSelf value, TSelf bound) =>
        TSelf.Where(TSelf.GreaterThan(bound, value), bound, value);

    /// <summary>The value, or a bound where the bound is smaller: <c>value &gt; bound ? bound : value</c>. NaN stays NaN.</summary>
    static virtual TSelf AtMost(TSelf value, TSelf bound) => TSelf.Where(TSelf.GreaterThan(value, bound), bound, value);

    /// <summary>e to the power of the value, within 2 units in the last place; overflow gives +∞, underflow 0, NaN stays NaN.</summary>
    static abstract TSelf Exp(TSelf value);

    /// <summary>eˣ − 1 without cancellation near zero, within 3 units in the last place.</summary>
    static abstract TSelf Expm1(TSelf value);

    /// <summary>Natural logarithm, within 2 units in the last place; −∞ at 0, NaN below.</summary>
    static abstract TSelf Log(TSelf value);

    /// <summary>ln(1 + x) without cancellation near zero, within 3 units in the last place; −∞ at −1, NaN below.</summary>
    static abstract TSelf Log1p(TSelf value);

    /// <summary>Hyperbolic tangent, within 4 units in the last place.</summary>
    static abstract TSelf Tanh(TSelf value);

    /// <summary>Logistic function 1 / (1 + e⁻ˣ), within 4 units in the last place at both ends.</summary>
    static abstract TSelf Sigmoid(TSelf value);

    /// <summary>Error function 2/√π ∫₀ˣ e^(−t²) dt, within 4 units in the last place.</summary>
    static abstract TSelf Erf(TSelf value);
}

/// <summary>Lanes that live in memory: what a loop over an array needs beyond the arithmetic.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="TElement">The element in memory, <see cref="float"/> or <see cref="double"/>.</typeparam>
public unsafe interface IMemoryLanes<TSelf, TElement> : ILanes<TSelf>
    where TSelf : struct, IMemoryLanes<TSelf, TElement>
    where TElement : unmanaged
{
    /// <summary>The number of elements side by side; a constant to the compiler.</summary>
    static abstract int Count { get; }

    /// <summary>Reads <see cref="Count"/> elements; no alignment is needed.</summary>
    static abstract TSelf Load(TElement* source);

    /// <summary>Writes <see cref="Count"/> elements; no alignment is needed.</summary>
    static abstract void Store(TElement* destination, TSelf value);

    /// <summary>Reads the first <paramref name="count"/> elements (0 to <see cref="Count"/>) and zeros for the rest; touches no memory beyond them.</summary>
    static abstract TSelf LoadPartial(TElement* source, int count);

    /// <summary>Writes the first <paramref name="count"/> elements only.</summary>
    static abstract void StorePartial(TElement* destination, TSelf value, int count);
}
