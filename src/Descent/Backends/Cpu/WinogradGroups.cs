using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Convolutions whose groups of channels are each large enough for Winograd's transforms: group by group, with the pictures of a group as far apart as they are.</summary>
/// <remarks>Many groups are shared out as they are; of few, each is shared out by itself. The bits are those of a group alone.</remarks>
internal static unsafe class WinogradGroups<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Whether every group goes this way, forward and for the weights.</summary>
    public static bool Pay(in ConvolutionShape shape) =>
        shape.Groups > 1 && typeof(TElement) == typeof(float) && WinogradTiles.Pay(shape.OneGroup);

    /// <summary>Whether the input's gradient does.</summary>
    public static bool PayFlipped(in ConvolutionShape shape) =>
        shape.Groups > 1
        && typeof(TElement) == typeof(float)
        && FlippedFilters.Pay(shape.OneGroup)
        && WinogradTiles.Pay(FlippedFilters.Shape(shape.OneGroup));

    /// <summary>y of one group; or dx from dy with filters that are <paramref name="turned"/>. <paramref name="weights"/> is the storage of w alone, where there is one.</summary>
    public static void One<TEpilogue>(
        in ConvolutionShape shape,
        bool turned,
        TElement* x,
        TElement* w,
        TElement* y,
        in TEpilogue epilogue,
        Storage? weights = null
    )
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        var kept = KeptFilters.Of<TOps, TVector, TElement>(weights, shape, w);
        var makes = kept is null && WinogradForward<TOps, TVector, TElement, TEpilogue>.MakesFilters(shape);
        var length = WinogradFilters<TOps, TVector, TElement>.Length(shape.K, shape.C);
        using var scratch = makes ? new Scratch(length * sizeof(TElement)) : default;
        var u = kept is null ? (TElement*)scratch.Pointer : (TElement*)kept.Address;
        var filters = new WinogradFilters<TOps, TVector, TElement>(shape.K, shape.C, turned, w, u);
        if (makes)
        {
            filters.Make();
        }

        var work = new WinogradForward<TOps, TVector, TElement, TEpilogue>(shape, x, filters, y, epilogue);
        WorkSplitter.For(work.Tasks, 1, work);
        GC.KeepAlive(kept);
    }

    /// <summary>y.</summary>
    public static void Forward<TEpilogue>(
        in ConvolutionShape shape,
        TElement* x,
        TElement* w,
        TElement* y,
        in TEpilogue epilogue
    )
        where TEpilogue : struct, IProductEpilogue<TElement> =>
        Share(shape.Groups, new ForwardBody<TEpilogue>(shape, x, w, y, epilogue));

    /// <summary>dx.</summary>
    public static void BackwardData(in ConvolutionShape shape, TElement* dy, TElement* w, TElement* dx) =>
        Share(shape.Groups, new DataBody(shape, dy, w, dx));

    /// <summary>dw.</summary>
    public static void BackwardWeight(in ConvolutionShape shape, TElement* x, TElement* dy, TElement* dw) =>
        Share(shape.Groups, new WeightBody(shape, x, dy, dw));

    private static void Share<TBody>(int groups, in TBody body)
        where TBody : struct, IRangeBody
    {
        if (groups >= 2 * WorkSplitter.Threads)
        {
            WorkSplitter.For(groups, 1, body);
        }
        else
        {
            body.Invoke(0, groups);
        }
    }

    // Where a group begins in the input, the filters and the output.
    private static (long X, long W, long Y) Place(in ConvolutionShape shape, long group) =>
        (
            group * shape.GroupC * shape.H * shape.W,
            group * shape.GroupK * shape.Taps,
            group * shape.GroupK * shape.OutputPlane
        );

    private readonly struct ForwardBody<TEpilogue>(
        ConvolutionShape shape,
        TElement* x,
        TElement* w,
        TElement* y,
        TEpilogue epilogue
    ) : IRangeBody
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        public void Invoke(long start, long end)
        {
            for (var group = start; group < end; group++)
            {
                var place = Place(shape, group);
                One(
                    shape.OneGroup,
                    false,
                    x + place.X,
                    w + place.W,
                    y + place.Y,
                    new FromRow<TElement, TEpilogue>(epilogue, group * shape.GroupK)
                );
            }
        }
    }

    private readonly struct DataBody(ConvolutionShape shape, TElement* dy, TElement* w, TElement* dx) : IRangeBody
    {
        public void Invoke(long start, long end)
        {
            for (var group = start; group < end; group++)
            {
                var place = Place(shape, group);
                var back = FlippedFilters.Shape(shape.OneGroup);
                One(back, true, dy + place.Y, w + place.W, dx + place.X, default(NoEpilogue<TElement>));
            }
        }
    }

    private readonly struct WeightBody(ConvolutionShape shape, TElement* x, TElement* dy, TElement* dw) : IRangeBody
    {
        public void Invoke(long start, long end)
        {
            for (var group = start; group < end; group++)
            {
                var place = Place(shape, group);
                Convolution.BackwardWeight<TOps, TVector, TElement>(
                    shape.OneGroup,
                    x + place.X,
                    dy + place.Y,
                    dw + place.W
                );
            }
        }
    }
}

/// <summary>Another epilogue for a part of the rows, from <paramref name="first"/> on.</summary>
internal readonly unsafe struct FromRow<TElement, TEpilogue>(TEpilogue epilogue, long first)
    : IProductEpilogue<TElement>
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    public nint Distance => epilogue.Distance;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TOps, TVector>(TVector value, long row, long column, int count, TElement* place)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct => epilogue.Apply<TOps, TVector>(value, first + row, column, count, place);
}
