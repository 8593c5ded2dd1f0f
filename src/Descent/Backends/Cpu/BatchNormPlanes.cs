using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Some planes of one channel: their numbers go up by the number of channels.</summary>
internal readonly record struct PlaneGroup(long First, long Step, int Count)
{
    /// <summary>The number of a plane.</summary>
    public long this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => First + index * Step;
    }
}

/// <summary>Where the planes of normalised elements go.</summary>
internal unsafe interface IPlaneTarget<TElement>
    where TElement : unmanaged
{
    /// <summary>Elements of memory that <see cref="Write"/> needs for itself.</summary>
    long BufferLength { get; }

    /// <summary>Planes that are best written together.</summary>
    int GroupSize { get; }

    /// <summary>Whether planes are written past the cache.</summary>
    bool IsStreamed { get; }

    /// <summary>Writes what becomes of the terms of planes.</summary>
    void Write<TTerm, T>(TElement* x, PlaneGroup planes, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>;
}

/// <summary>Where the planes of gradients come from.</summary>
internal unsafe interface IPlaneSource<TElement>
    where TElement : unmanaged
{
    /// <summary>Elements of memory that <see cref="Prepare"/> needs for itself.</summary>
    long BufferLength { get; }

    /// <summary>Planes that are best prepared together.</summary>
    int GroupSize { get; }

    /// <summary>Whether <see cref="Write"/> goes past the cache.</summary>
    bool IsStreamed { get; }

    /// <summary>Makes planes ready, if they are not already somewhere.</summary>
    void Prepare<T>(PlaneGroup planes, TElement* dx, TElement* buffer)
        where T : struct, IMemoryLanes<T, TElement>;

    /// <summary>Where a prepared plane lies.</summary>
    TElement* Plane(PlaneGroup planes, int index, TElement* dx, TElement* buffer);

    /// <summary>From a prepared plane to memory that is needed soon; zero where there is none.</summary>
    long Ahead(in BatchNormShape shape, long n, long ahead);

    /// <summary>Writes the terms of the pairs (x, gradient) of planes, the last plane first.</summary>
    void Write<TTerm, T>(TElement* x, PlaneGroup planes, TElement* dx, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>;
}

/// <summary>Planes as they are, one after the other.</summary>
internal readonly unsafe struct WholePlanes<TElement>(TElement* first, long length, bool streams)
    : IPlaneTarget<TElement>,
        IPlaneSource<TElement>
    where TElement : unmanaged
{
    public long BufferLength => 0;

    public int GroupSize => 64;

    public bool IsStreamed => streams;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TTerm, T>(TElement* x, PlaneGroup planes, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
    {
        // Backwards: the planes used last are still in the cache.
        for (var index = planes.Count - 1; index >= 0; index--)
        {
            var at = planes[index] * length;
            RowMap.Run<TTerm, T, TElement>(x + at, null, first + at, length, term, streams, -planes.Step * length);
        }
    }

    public void Prepare<T>(PlaneGroup planes, TElement* dx, TElement* buffer)
        where T : struct, IMemoryLanes<T, TElement> { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TElement* Plane(PlaneGroup planes, int index, TElement* dx, TElement* buffer) =>
        first + planes[index] * length;

    public long Ahead(in BatchNormShape shape, long n, long ahead) => ahead;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TTerm, T>(TElement* x, PlaneGroup planes, TElement* dx, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
    {
        for (var index = planes.Count - 1; index >= 0; index--)
        {
            var (at, ahead) = (planes[index] * length, -planes.Step * length);
            RowMap.Run<TTerm, T, TElement>(x + at, first + at, dx + at, length, term, streams, ahead);
        }
    }
}
