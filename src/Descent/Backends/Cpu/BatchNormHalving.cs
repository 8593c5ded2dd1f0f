using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Planes of which only the largest element of each 2×2 window is kept, straight from the registers.</summary>
internal readonly unsafe struct HalvedPlanes<TElement>(PoolGeometry geometry, TElement* pooled, byte* places)
    : IPlaneTarget<TElement>
    where TElement : unmanaged
{
    public long BufferLength => 0;

    public int GroupSize => 64;

    public bool IsStreamed => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TTerm, T>(TElement* x, PlaneGroup planes, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
    {
        for (var index = planes.Count - 1; index >= 0; index--)
        {
            var from = (float*)(x + planes[index] * geometry.InputSize);
            var at = planes[index] * geometry.OutputSize;
            var where = places is null ? null : places + at;
            HalvingRows.Pool<TTerm, T>(geometry, from, (float*)(pooled + at), where, term);
        }
    }
}

/// <summary>The gradients of planes that were activated and pooled by 2×2 windows: dy · f′, told from y, at the place that won its window, and zeros, kept for one channel in memory that the next one uses again.</summary>
internal readonly unsafe struct HalvedGradients<TThen, TElement>(
    PoolGeometry geometry,
    TElement* y,
    TElement* dy,
    byte* places,
    long batch,
    bool streams
) : IPlaneSource<TElement>
    where TThen : struct, IThen
    where TElement : unmanaged
{
    public long BufferLength => geometry.InputSize * batch + HalvingRows.Slack;

    public int GroupSize => PooledPlanes<TElement>.PlanesTogether(geometry.InputSize);

    public bool IsStreamed => streams;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prepare<T>(PlaneGroup planes, TElement* dx, TElement* buffer)
        where T : struct, IMemoryLanes<T, TElement>
    {
        var far = BatchNormShape.PlanesAhead(geometry.OutputSize);
        var pooled = new BatchNormShape(batch, planes.Step, geometry.OutputSize, 0);
        for (var index = 0; index < planes.Count; index++)
        {
            var at = planes[index] * geometry.OutputSize;
            var to = (float*)Plane(planes, index, dx, buffer);
            var ahead = pooled.Ahead(planes[index] / planes.Step, false, far);
            HalvingRows.Spread<TThen>(geometry, (float*)(y + at), (float*)(dy + at), places + at, to, ahead);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TElement* Plane(PlaneGroup planes, int index, TElement* dx, TElement* buffer) =>
        buffer + planes[index] / planes.Step * geometry.InputSize;

    public long Ahead(in BatchNormShape shape, long n, long ahead) => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TTerm, T>(TElement* x, PlaneGroup planes, TElement* dx, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
    {
        for (var index = planes.Count - 1; index >= 0; index--)
        {
            var at = planes[index] * geometry.InputSize;
            var ahead = -BatchNormShape.PlanesAhead(geometry.InputSize) * planes.Step * geometry.InputSize;
            var gradients = Plane(planes, index, dx, buffer);
            RowMap.Run<TTerm, T, TElement>(x + at, gradients, dx + at, geometry.InputSize, term, streams, ahead);
        }
    }
}
