using Descent.Numerics;

namespace Descent.Backends.Cpu;

// The loops of batch normalisation for every element type and width, whole planes or pooled ones.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override bool TryAffineThenCore<TKernel>(
        in Operand x,
        in Operand factor,
        in Operand offset,
        in Operand y
    ) => Affine<ThenFormula<TKernel>>(x, factor, offset, null, y);

    /// <inheritdoc/>
    protected override bool TryAffineThenMaxPoolCore<TKernel>(
        in Operand x,
        in Operand factor,
        in Operand offset,
        in Window2d window,
        in Operand y
    ) => Affine<ThenFormula<TKernel>>(x, factor, offset, window, y);

    private bool Affine<TThen>(in Operand x, in Operand factor, in Operand offset, Window2d? window, in Operand y)
        where TThen : struct, IThen
    {
        if (x.Rank < 3 || x.Count == 0 || window?.PlaceType == DType.Int32)
        {
            return false;
        }

        using var source = new Gapless(x);
        using var factors = new Gapless(factor);
        using var offsets = new Gapless(offset);
        using var target = new GaplessTarget(y);
        var pool = window is { } sliding ? new Pool(new PoolGeometry(x.Shape, y.Shape, sliding), 0) : (Pool?)null;
        RunFloating(
            x.DType,
            new AffineLoop<TThen>(
                ShapeOf(x.Shape, 0),
                pool,
                source.Address,
                factors.Address,
                offsets.Address,
                target.Address
            )
        );
        return true;
    }

    private readonly record struct Pool(PoolGeometry Geometry, nint Places, nint Y = 0);

    private readonly struct AffineLoop<TThen>(
        BatchNormShape shape,
        Pool? pool,
        nint x,
        nint factors,
        nint offsets,
        nint y
    ) : ILanesLoop
        where TThen : struct, IThen
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            if (pool is { } halving && HalvingRows.CanRun<T, TElement>(halving.Geometry))
            {
                Run<HalvedPlanes<TElement>, T, TElement>(new(halving.Geometry, (TElement*)y, (byte*)halving.Places));
            }
            else if (pool is { } kept)
            {
                Run<PooledPlanes<TElement>, T, TElement>(new(kept.Geometry, (TElement*)y, (byte*)kept.Places));
            }
            else
            {
                Run<WholePlanes<TElement>, T, TElement>(
                    new((TElement*)y, shape.Plane, shape.Streams(sizeof(TElement)))
                );
            }
        }

        private void Run<TTarget, T, TElement>(TTarget target)
            where TTarget : struct, IPlaneTarget<TElement>
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged =>
            WorkSplitter.For(
                shape.Channels,
                GrainOfSlices(shape.PerChannel),
                new AffineBody<TThen, TTarget, T, TElement>(
                    shape,
                    (TElement*)x,
                    (TElement*)factors,
                    (TElement*)offsets,
                    target
                )
            );
    }

    private readonly struct BatchNormLoop<TThen>(
        BatchNormShape shape,
        Pool? pool,
        nint x,
        VectorAddresses vectors,
        nint y
    ) : ILanesLoop
        where TThen : struct, IThen
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            if (pool is { } halving && HalvingRows.CanRun<T, TElement>(halving.Geometry))
            {
                Run<HalvedPlanes<TElement>, T, TElement>(new(halving.Geometry, (TElement*)y, (byte*)halving.Places));
            }
            else if (pool is { } kept)
            {
                Run<PooledPlanes<TElement>, T, TElement>(new(kept.Geometry, (TElement*)y, (byte*)kept.Places));
            }
            else if (shape.Plane == 1)
            {
                var own = vectors.As<TElement>();
                var body = new BatchNormColumnsBody<TThen, T, TElement>(shape, (TElement*)x, own, (TElement*)y);
                WorkSplitter.For(Strips<T, TElement>(shape), GrainOfSlices(shape.Batch * T.Count), body);
            }
            else
            {
                Run<WholePlanes<TElement>, T, TElement>(
                    new((TElement*)y, shape.Plane, shape.Streams(sizeof(TElement)))
                );
            }
        }

        private void Run<TTarget, T, TElement>(TTarget target)
            where TTarget : struct, IPlaneTarget<TElement>
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged =>
            WorkSplitter.For(
                shape.Channels,
                GrainOfSlices(shape.PerChannel),
                new BatchNormBody<TThen, TTarget, T, TElement>(shape, (TElement*)x, vectors.As<TElement>(), target)
            );
    }

    private readonly struct BatchNormGradientLoop<TThen>(
        BatchNormShape shape,
        Pool? pool,
        nint x,
        nint dy,
        VectorAddresses vectors,
        nint dx,
        nint dscale,
        nint dshift
    ) : ILanesLoop
        where TThen : struct, IThen
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            if (pool is { } halving && HalvingRows.CanRun<T, TElement>(halving.Geometry))
            {
                Run<ThenNothing, HalvedGradients<TThen, TElement>, T, TElement>(
                    new(
                        halving.Geometry,
                        (TElement*)halving.Y,
                        (TElement*)dy,
                        (byte*)halving.Places,
                        shape.Batch,
                        shape.Streams(sizeof(TElement))
                    )
                );
            }
            else if (pool is { } kept)
            {
                Run<ThenNothing, PooledGradients<TThen, TElement>, T, TElement>(
                    new(kept.Geometry, (TElement*)kept.Y, (TElement*)dy, (byte*)kept.Places)
                );
            }
            else if (shape.Plane == 1)
            {
                var body = new BatchNormColumnsGradientBody<TThen, T, TElement>(
                    shape,
                    (TElement*)x,
                    (TElement*)dy,
                    vectors.As<TElement>(),
                    (TElement*)dx,
                    (TElement*)dscale,
                    (TElement*)dshift
                );
                WorkSplitter.For(Strips<T, TElement>(shape), GrainOfSlices(shape.Batch * T.Count), body);
            }
            else
            {
                Run<TThen, WholePlanes<TElement>, T, TElement>(
                    new((TElement*)dy, shape.Plane, shape.Streams(sizeof(TElement)))
                );
            }
        }

        private void Run<TLast, TSource, T, TElement>(TSource source)
            where TLast : struct, IThen
            where TSource : struct, IPlaneSource<TElement>
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged =>
            WorkSplitter.For(
                shape.Channels,
                GrainOfSlices(shape.PerChannel),
                new BatchNormGradientBody<TLast, TSource, T, TElement>(
                    shape,
                    (TElement*)x,
                    source,
                    vectors.As<TElement>(),
                    (TElement*)dx,
                    (TElement*)dscale,
                    (TElement*)dshift
                )
            );
    }
}
