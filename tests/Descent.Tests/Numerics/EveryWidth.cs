using Descent.Numerics;

namespace Descent.Tests.Numerics;

/// <summary>A function of one number for the tests.</summary>
internal interface IFunction
{
    static abstract T Of<T>(T x)
        where T : struct, ILanes<T>;
}

/// <summary>A function of two numbers for the tests.</summary>
internal interface IFunction2
{
    static abstract T Of<T>(T x, T y)
        where T : struct, ILanes<T>;
}

/// <summary>Runs functions over arrays with lanes of a given width.</summary>
internal static unsafe class EveryWidth
{
    public static readonly string[] Names = ["scalar", "128", "256", "512"];

    public static TElement[] Map<TFunction, TElement>(string width, TElement[] x)
        where TFunction : struct, IFunction
        where TElement : unmanaged => Map2<OfFirst<TFunction>, TElement>(width, x, x);

    public static TElement[] Map2<TFunction, TElement>(string width, TElement[] x, TElement[] y)
        where TFunction : struct, IFunction2
        where TElement : unmanaged =>
        width switch
        {
            "scalar" => With<TFunction, Lane<TElement>, TElement>(x, y),
            "128" => With<TFunction, Lanes128<TElement>, TElement>(x, y),
            "256" => With<TFunction, Lanes256<TElement>, TElement>(x, y),
            _ => With<TFunction, Lanes512<TElement>, TElement>(x, y),
        };

    private static TElement[] With<TFunction, T, TElement>(TElement[] x, TElement[] y)
        where TFunction : struct, IFunction2
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var result = new TElement[x.Length];
        fixed (
            TElement* px = x,
                py = y,
                pr = result
        )
        {
            for (var i = 0; i < x.Length; i += T.Count)
            {
                var count = Math.Min(T.Count, x.Length - i);
                var value = TFunction.Of(T.LoadPartial(px + i, count), T.LoadPartial(py + i, count));
                T.StorePartial(pr + i, value, count);
            }
        }

        return result;
    }

    private readonly struct OfFirst<TFunction> : IFunction2
        where TFunction : struct, IFunction
    {
        public static T Of<T>(T x, T y)
            where T : struct, ILanes<T> => TFunction.Of(x);
    }
}

internal readonly struct ExpFunction : IFunction
{
    public static T Of<T>(T x)
        where T : struct, ILanes<T> => T.Exp(x);
}

internal readonly struct Expm1Function : IFunction
{
    public static T Of<T>(T x)
        where T : struct, ILanes<T> => T.Expm1(x);
}

internal readonly struct LogFunction : IFunction
{
    public static T Of<T>(T x)
        where T : struct, ILanes<T> => T.Log(x);
}

internal readonly struct Log1pFunction : IFunction
{
    public static T Of<T>(T x)
        where T : struct, ILanes<T> => T.Log1p(x);
}

internal readonly struct TanhFunction : IFunction
{
    public static T Of<T>(T x)
        where T : struct, ILanes<T> => T.Tanh(x);
}

internal readonly struct SigmoidFunction : IFunction
{
    public static T Of<T>(T x)
        where T : struct, ILanes<T> => T.Sigmoid(x);
}

internal readonly struct ErfFunction : IFunction
{
    public static T Of<T>(T x)
        where T : struct, ILanes<T> => T.Erf(x);
}

internal readonly struct SqrtFunction : IFunction
{
    public static T Of<T>(T x)
        where T : struct, ILanes<T> => T.Sqrt(x);
}
