using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override bool TryStandardizeCore(
        in Operand x,
        in Operand scale,
        in Operand shift,
        in Pieces pieces,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    )
    {
        if (x.Count == 0)
        {
            return false;
        }

        using var source = new Gapless(x);
        using var factors = new Gapless(scale);
        using var offsets = new Gapless(shift);
        using var target = new GaplessTarget(y);
        using var means = new GaplessTarget(mean);
        using var variances = new GaplessTarget(variance);
        var vectors = new VectorAddresses(factors.Address, offsets.Address, means.Address, variances.Address);
        RunFloating(x.DType, new StandardizeLoop(pieces, epsilon, source.Address, vectors, target.Address));
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryStandardizeGradientCore(
        in Operand x,
        in Operand dy,
        in Operand scale,
        in Operand mean,
        in Operand variance,
        in Pieces pieces,
        double epsilon,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    )
    {
        if (x.Count == 0)
        {
            return false;
        }

        using var source = new Gapless(x);
        using var gradients = new Gapless(dy);
        using var factors = new Gapless(scale);
        using var means = new Gapless(mean);
        using var variances = new Gapless(variance);
        using var target = new GaplessTarget(dx);
        using var scaleTarget = new GaplessTarget(dscale);
        using var shiftTarget = new GaplessTarget(dshift);
        RunFloating(
            x.DType,
            new StandardizeGradientLoop(
                pieces,
                epsilon,
                source.Address,
                gradients.Address,
                new VectorAddresses(factors.Address, 0, means.Address, variances.Address),
                target.Address,
                scaleTarget.Address,
                shiftTarget.Address
            )
        );
        return true;
    }

    private readonly struct StandardizeLoop(Pieces pieces, double epsilon, nint x, VectorAddresses vectors, nint y)
        : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var own = vectors.As<TElement>();
            var streams = Streams<TElement>(pieces, own.Scale is null ? pieces.Length : pieces.Run);
            var body = new StandardizeBody<T, TElement>(pieces, epsilon, (TElement*)x, own, (TElement*)y, streams);
            WorkSplitter.For(pieces.Count, GrainOfSlices(pieces.Length), body);
        }
    }

    private readonly struct StandardizeGradientLoop(
        Pieces pieces,
        double epsilon,
        nint x,
        nint dy,
        VectorAddresses vectors,
        nint dx,
        nint dscale,
        nint dshift
    ) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var own = vectors.As<TElement>();
            if (own.Scale is not null && pieces.Places == 1)
            {
                RunRows<T, TElement>(own);
                return;
            }

            var hasScale = own.Scale is not null;
            using var scratch = hasScale
                ? new Scratch(2 * (long)pieces.Samples * pieces.Channels * sizeof(double))
                : default;
            var sums = (double*)scratch.Pointer;
            var streams = Streams<TElement>(pieces, hasScale ? pieces.Run : pieces.Length);
            WorkSplitter.For(
                pieces.Count,
                GrainOfSlices(2 * pieces.Length),
                new StandardizeGradientBody<T, TElement>(
                    pieces,
                    epsilon,
                    (TElement*)x,
                    (TElement*)dy,
                    own,
                    (TElement*)dx,
                    sums,
                    streams
                )
            );
            if (hasScale)
            {
                var body = new StandardizeChannelsBody<TElement>(
                    pieces,
                    epsilon,
                    sums,
                    own,
                    (TElement*)dscale,
                    (TElement*)dshift
                );
                WorkSplitter.For(pieces.Channels, GrainOfSlices(4L * pieces.Samples), body);
            }
        }

        private void RunRows<T, TElement>(BatchNormVectors<TElement> own)
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var blocks = new RowBlocks(pieces.Samples);
            long channels = pieces.Channels;
            using var scratch = new Scratch(2 * blocks.Count * channels * sizeof(TElement));
            var partial = (TElement*)scratch.Pointer;
            WorkSplitter.For(
                blocks.Count,
                GrainOfSlices(2 * blocks.Each * channels),
                new StandardizeRowsGradientBody<T, TElement>(
                    pieces,
                    blocks,
                    epsilon,
                    (TElement*)x,
                    (TElement*)dy,
                    own,
                    (TElement*)dx,
                    partial,
                    Streams<TElement>(pieces, pieces.Run)
                )
            );
            WorkSplitter.For(
                (channels + T.Count - 1) / T.Count,
                GrainOfSlices(2L * blocks.Count * T.Count),
                new BlockSumBody<T, TElement>(blocks.Count, channels, partial, (TElement*)dscale, (TElement*)dshift)
            );
        }
    }

    // Writing past the cache is worth it for long runs of a large result.
    private static bool Streams<TElement>(Pieces pieces, long run)
        where TElement : unmanaged =>
        run >= 256 && new BatchNormShape(pieces.Samples, pieces.Channels, pieces.Places, 0).Streams(sizeof(TElement));
}
