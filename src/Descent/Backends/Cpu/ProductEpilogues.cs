using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>What is done to each finished element of a product while its tile is still in the first-level cache.</summary>
/// <remarks>The same bits as a separate pass over the result: it sees the complete sum.</remarks>
internal unsafe interface IProductEpilogue<TElement>
    where TElement : unmanaged
{
    /// <summary>The value to store at <paramref name="place"/> for <paramref name="count"/> elements of a row from <paramref name="column"/> on (a full vector, or less at the right edge).</summary>
    TVector Apply<TOps, TVector>(TVector value, long row, long column, int count, TElement* place)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct;

    /// <summary>How many elements from the place of a result something lies that it is made of; zero when nothing does.</summary>
    nint Distance { get; }
}

/// <summary>Leaves the product as it is.</summary>
internal readonly unsafe struct NoEpilogue<TElement> : IProductEpilogue<TElement>
    where TElement : unmanaged
{
    public nint Distance => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TOps, TVector>(TVector value, long row, long column, int count, TElement* place)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct => value;
}

/// <summary>Adds <c>bias[column]</c>: a linear layer.</summary>
internal readonly unsafe struct ColumnBias<TElement>(TElement* bias) : IProductEpilogue<TElement>
    where TElement : unmanaged
{
    public nint Distance => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TOps, TVector>(TVector value, long row, long column, int count, TElement* place)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct =>
        // What lies within an aligned vector can always be read.
        TOps.Add(
            value,
            count == TOps.Count || (nuint)(bias + column) % (nuint)Unsafe.SizeOf<TVector>() == 0
                ? TOps.Load(bias + column)
                : TOps.LoadPartial(bias + column, count)
        );
}

/// <summary>Adds <c>bias[row]</c>: a convolution with its channels as rows.</summary>
internal readonly unsafe struct RowBias<TElement>(TElement* bias) : IProductEpilogue<TElement>
    where TElement : unmanaged
{
    public nint Distance => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TOps, TVector>(TVector value, long row, long column, int count, TElement* place)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct => TOps.Add(value, TOps.Broadcast(bias + row));
}

/// <summary>Another epilogue, then adds what lies <paramref name="distance"/> elements from each place of the result: a way around, of the result's layout.</summary>
internal readonly unsafe struct Plus<TElement, TFirst>(TFirst first, nint distance) : IProductEpilogue<TElement>
    where TElement : unmanaged
    where TFirst : struct, IProductEpilogue<TElement>
{
    public nint Distance => distance;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TOps, TVector>(TVector value, long row, long column, int count, TElement* place)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
    {
        var around = place + distance;
        return TOps.Add(
            first.Apply<TOps, TVector>(value, row, column, count, place),
            count == TOps.Count ? TOps.Load(around) : TOps.LoadPartial(around, count)
        );
    }
}

/// <summary>Another epilogue, then a formula of one variable.</summary>
internal readonly unsafe struct Then<TElement, TFirst, TKernel>(TFirst first) : IProductEpilogue<TElement>
    where TElement : unmanaged
    where TFirst : struct, IProductEpilogue<TElement>
    where TKernel : struct, IUnaryKernel
{
    public nint Distance => first.Distance;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TOps, TVector>(TVector value, long row, long column, int count, TElement* place)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
    {
        value = first.Apply<TOps, TVector>(value, row, column, count, place);
        if (Unsafe.SizeOf<TVector>() == Unsafe.SizeOf<Lanes512<TElement>>())
        {
            return Forward<TVector, Lanes512<TElement>>(value);
        }

        return Unsafe.SizeOf<TVector>() == Unsafe.SizeOf<Lanes256<TElement>>()
            ? Forward<TVector, Lanes256<TElement>>(value)
            : Forward<TVector, Lanes128<TElement>>(value);
    }

    // The lanes of formulas are hardware vectors with arithmetic.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Forward<TVector, T>(TVector value)
        where TVector : struct
        where T : struct, ILanes<T> => Unsafe.BitCast<T, TVector>(TKernel.Forward(Unsafe.BitCast<TVector, T>(value)));
}
