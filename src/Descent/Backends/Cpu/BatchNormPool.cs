using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Planes of which only the largest element of each window is kept: the rest lives in a buffer, several planes at a time, as memory just written is slow to read in other pieces.</summary>
internal readonly unsafe struct PooledPlanes<TElement>(PoolGeometry geometry, TElement* pooled, byte* places)
    : IPlaneTarget<TElement>
    where TElement : unmanaged
{
    public long BufferLength => (long)geometry.InputSize * GroupSize;

    public int GroupSize => PlanesTogether(geometry.InputSize);

    public bool IsStreamed => false;

    /// <summary>As many planes as fit comfortably into the first cache.</summary>
    public static int PlanesTogether(int plane) => Math.Clamp((12 << 10) / sizeof(TElement) / plane, 1, 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TTerm, T>(TElement* x, PlaneGroup planes, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
    {
        var (whole, part) = (geometry.InputSize, geometry.OutputSize);
        if (typeof(T) == typeof(Lanes512<float>) && MaxPoolThree.CanRun(geometry))
        {
            for (var index = planes.Count - 1; index >= 0; index--)
            {
                var (at, number) = (planes[index] * part, planes[index]);
                var where = places is null ? null : places + at;
                var from = (float*)(x + number * whole);
                if (!MaxPoolThree.Forward<TTerm, T>(geometry, from, (float*)(pooled + at), where, term))
                {
                    Pool<TTerm, T>(x, new PlaneGroup(number, 0, 1), buffer, term);
                }
            }

            return;
        }

        Pool<TTerm, T>(x, planes, buffer, term);
    }

    private void Pool<TTerm, T>(TElement* x, PlaneGroup planes, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
    {
        var (whole, part) = (geometry.InputSize, geometry.OutputSize);
        for (var index = 0; index < planes.Count; index++)
        {
            RowMap.Run<TTerm, T, TElement>(x + planes[index] * whole, null, buffer + index * whole, whole, term);
        }

        for (var index = 0; index < planes.Count; index++)
        {
            var at = planes[index] * part;
            var where = places is null ? null : places + at;
            new MaxPoolBody<TElement, byte>(geometry, buffer + index * whole, pooled + at, where).Invoke(0, 1);
        }
    }
}

/// <summary>The gradients of planes that were activated and pooled: dy · f′, told from y, at the place that won its window and zero elsewhere.</summary>
internal readonly unsafe struct PooledGradients<TThen, TElement>(
    PoolGeometry geometry,
    TElement* y,
    TElement* dy,
    byte* places
) : IPlaneSource<TElement>
    where TThen : struct, IThen
    where TElement : unmanaged
{
    // What is to be spread over the planes.
    public long BufferLength => (long)geometry.OutputSize * GroupSize;

    public int GroupSize => PooledPlanes<TElement>.PlanesTogether(geometry.InputSize);

    public bool IsStreamed => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prepare<T>(PlaneGroup planes, TElement* dx, TElement* buffer)
        where T : struct, IMemoryLanes<T, TElement>
    {
        var (whole, part) = (geometry.InputSize, geometry.OutputSize);
        for (var index = 0; index < planes.Count; index++)
        {
            var at = planes[index] * part;
            var to = buffer + index * part;
            RowMap.Run<GradientFromValue<TThen, T>, T, TElement>(y + at, dy + at, to, part, default);
        }

        for (var index = 0; index < planes.Count; index++)
        {
            var where = places + planes[index] * part;
            var to = dx + planes[index] * whole;
            new MaxPoolGradientBody<TElement, byte>(geometry, buffer + index * part, where, to).Invoke(0, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TElement* Plane(PlaneGroup planes, int index, TElement* dx, TElement* buffer) =>
        dx + planes[index] * geometry.InputSize;

    public long Ahead(in BatchNormShape shape, long n, long ahead) => shape.GroupAhead(n, GroupSize);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TTerm, T>(TElement* x, PlaneGroup planes, TElement* dx, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
    {
        for (var index = planes.Count - 1; index >= 0; index--)
        {
            var plane = dx + planes[index] * geometry.InputSize;
            var from = x + planes[index] * geometry.InputSize;
            RowMap.Run<TTerm, T, TElement>(from, plane, plane, geometry.InputSize, term);
        }
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

/// <summary>Channel by channel x · factor + offset, and what happens to it then.</summary>
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
        for (var channel = start; channel < end; channel++)
        {
            var affine = new AffineTerm<T>(
                LaneMemory.Broadcast<T, TElement>(factors + channel),
                LaneMemory.Broadcast<T, TElement>(offsets + channel)
            );
            var term = new TermThen<TThen, AffineTerm<T>, T>(affine);
            for (var n = shape.LastGroup(target.GroupSize); n >= 0; n -= target.GroupSize)
            {
                var planes = shape.Planes(channel, n, target.GroupSize);
                target.Write<TermThen<TThen, AffineTerm<T>, T>, T>(x, planes, (TElement*)scratch.Pointer, term);
            }
        }

        if (target.IsStreamed)
        {
            LaneMemory.EndStream();
        }
    }
}
