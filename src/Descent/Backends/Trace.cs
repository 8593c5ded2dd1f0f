using Descent.Numerics;

namespace Descent.Backends;

/// <summary>A number of which only one thing is known: the inputs of a formula that it was computed from.</summary>
/// <remarks>Formulas have no branches, so one run on traces says what every run reads.</remarks>
/// <param name="inputs">One bit an input.</param>
internal readonly struct Trace(int inputs) : ILanes<Trace>
{
    public int Inputs { get; } = inputs;

    public static Trace Zero => default;

    public static Trace One => default;

    public static bool IsDouble => false;

    public static Trace Constant(double value) => default;

    public static Trace operator +(Trace left, Trace right) => new(left.Inputs | right.Inputs);

    public static Trace operator -(Trace left, Trace right) => new(left.Inputs | right.Inputs);

    public static Trace operator *(Trace left, Trace right) => new(left.Inputs | right.Inputs);

    public static Trace operator /(Trace left, Trace right) => new(left.Inputs | right.Inputs);

    public static Trace operator -(Trace value) => new(value.Inputs);

    public static Trace FusedMultiplyAdd(Trace a, Trace b, Trace c) => new(a.Inputs | b.Inputs | c.Inputs);

    public static Trace FusedMultiplyAdd(Trace a, Trace b, double c) => new(a.Inputs | b.Inputs);

    public static Trace Abs(Trace value) => new(value.Inputs);

    public static Trace Min(Trace left, Trace right) => new(left.Inputs | right.Inputs);

    public static Trace Max(Trace left, Trace right) => new(left.Inputs | right.Inputs);

    public static Trace Sqrt(Trace value) => new(value.Inputs);

    public static Trace Round(Trace value) => new(value.Inputs);

    public static Trace Floor(Trace value) => new(value.Inputs);

    public static Trace CopySign(Trace magnitude, Trace sign) => new(magnitude.Inputs | sign.Inputs);

    public static Trace ScaleByPowerOfTwo(Trace value, Trace exponent) => new(value.Inputs | exponent.Inputs);

    public static (Trace Mantissa, Trace Exponent) SplitExponent(Trace value) => (value, value);

    public static Trace GreaterThan(Trace left, Trace right) => new(left.Inputs | right.Inputs);

    public static Trace GreaterOrEqual(Trace left, Trace right) => new(left.Inputs | right.Inputs);

    public static Trace Equal(Trace left, Trace right) => new(left.Inputs | right.Inputs);

    public static Trace NotEqual(Trace left, Trace right) => new(left.Inputs | right.Inputs);

    public static Trace Where(Trace mask, Trace whenTrue, Trace whenFalse) =>
        new(mask.Inputs | whenTrue.Inputs | whenFalse.Inputs);

    public static Trace Exp(Trace value) => new(value.Inputs);

    public static Trace Expm1(Trace value) => new(value.Inputs);

    public static Trace Log(Trace value) => new(value.Inputs);

    public static Trace Log1p(Trace value) => new(value.Inputs);

    public static Trace Tanh(Trace value) => new(value.Inputs);

    public static Trace Sigmoid(Trace value) => new(value.Inputs);

    public static Trace Erf(Trace value) => new(value.Inputs);
}

/// <summary>What the slope of a formula of one variable reads; what it does not read need not be kept for it.</summary>
internal static class SlopeUse<TKernel>
    where TKernel : struct, IUnaryKernel
{
    /// <summary>Bit 0: x; bit 1: y.</summary>
    public static readonly int Inputs = TKernel.Slope(new Trace(1), new Trace(2)).Inputs;
}

/// <summary>What the slopes of a formula of two variables read.</summary>
internal static class SlopesUse<TKernel>
    where TKernel : struct, IBinaryKernel
{
    /// <summary>For ∂y/∂a; bit 0: a; bit 1: b; bit 2: y.</summary>
    public static readonly int Left = TKernel.SlopeLeft(new Trace(1), new Trace(2), new Trace(4)).Inputs;

    /// <summary>For ∂y/∂b; bit 0: a; bit 1: b; bit 2: y.</summary>
    public static readonly int Right = TKernel.SlopeRight(new Trace(1), new Trace(2), new Trace(4)).Inputs;
}
