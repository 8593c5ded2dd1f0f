using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Planes of which only the largest element of each window is kept: the rest lives in a buffer for as long as one plane takes.</summary>
internal readonly unsafe struct PooledPlanes<TElement>(PoolGeometry geometry, TElement* pooled, int* places)
    : IPlaneTarget<TElement>,
        IPlaneSource<TElement>
    where TElement : unmanaged
{
    public long BufferLength => geometry.InputSize;

    public bool IsStreamed => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TTerm, T>(TElement* from, long plane, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
    {
        RowMap.Run<TTerm, T, TElement>(from, null, buffer, geometry.InputSize, term);
        var first = plane * geometry.OutputSize;
        var where = places is null ? null : places + first;
        new MaxPoolBody<TElement>(geometry, buffer, pooled + first, where).Invoke(0, 1);
    }

    /// <summary>The gradients of a plane, each at the place that won its window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TElement* Read(long plane, TElement* buffer)
    {
        var first = plane * geometry.OutputSize;
        new MaxPoolGradientBody<TElement>(geometry, pooled + first, places + first, buffer).Invoke(0, 1);
        return buffer;
    }
}

/// <summary>x · factor + offset, each rounded: an element as inference normalises it.</summary>
internal readonly struct AffineTerm<T>(T factor, T offset) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => first * factor + offset;
}

/// <summary>Plane by plane x · factor + offset, and what happens to it then.</summary>
internal readonly unsafe struct AffineBody<TThen, TTarget, T, TElement>(
    BatchNormShape shape,
    TElement* x,
    TElement* factors,
    TElement* offsets,
    TTarget target
) : IRangeBody
    where TThen : struct, IThen
    where TTarget : struct, IPlaneTarget<TElement>
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        using var scratch = target.BufferLength == 0 ? default : new Scratch(target.BufferLength * sizeof(TElement));
        for (var plane = start; plane < end; plane++)
        {
            var channel = plane % shape.Channels;
            var affine = new AffineTerm<T>(
                LaneMemory.Broadcast<T, TElement>(factors + channel),
                LaneMemory.Broadcast<T, TElement>(offsets + channel)
            );
            target.Write<TermThen<TThen, AffineTerm<T>, T>, T>(
                x + plane * shape.Plane,
                plane,
                (TElement*)scratch.Pointer,
                new TermThen<TThen, AffineTerm<T>, T>(affine)
            );
        }

        if (target.IsStreamed)
        {
            LaneMemory.EndStream();
        }
    }
}
