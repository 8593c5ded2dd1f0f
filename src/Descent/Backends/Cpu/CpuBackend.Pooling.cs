using Descent.Numerics;

namespace Descent.Backends.Cpu;

// Planes are shared among the threads; what happens to one does not depend on the others.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override bool TryMaxPoolCore(in Operand x, in Window2d window, in Operand y, in Operand places)
    {
        using var source = new Gapless(x);
        using var target = new GaplessTarget(y);
        using var winners = new GaplessTarget(places);
        var geometry = new PoolGeometry(x.Shape, y.Shape, window);
        if (x.DType == DType.Float32)
        {
            var body = new MaxPoolBody<float>(geometry, source.As<float>(), target.As<float>(), winners.As<int>());
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }
        else
        {
            var body = new MaxPoolBody<double>(geometry, source.As<double>(), target.As<double>(), winners.As<int>());
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override bool TryMaxPoolGradientCore(in Operand dy, in Operand places, in Window2d window, in Operand dx)
    {
        using var source = new Gapless(dy);
        using var winners = new Gapless(places);
        using var target = new GaplessTarget(dx);
        var geometry = new PoolGeometry(dx.Shape, dy.Shape, window);
        if (dx.DType == DType.Float32)
        {
            var body = new MaxPoolGradientBody<float>(
                geometry,
                source.As<float>(),
                winners.As<int>(),
                target.As<float>()
            );
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }
        else
        {
            var body = new MaxPoolGradientBody<double>(
                geometry,
                source.As<double>(),
                winners.As<int>(),
                target.As<double>()
            );
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override bool TryAveragePoolCore(in Operand x, in Window2d window, bool countPadding, in Operand y)
    {
        using var source = new Gapless(x);
        using var target = new GaplessTarget(y);
        var geometry = new PoolGeometry(x.Shape, y.Shape, window);
        if (x.DType == DType.Float32)
        {
            var body = new AveragePoolBody<float>(geometry, countPadding, source.As<float>(), target.As<float>());
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }
        else
        {
            var body = new AveragePoolBody<double>(geometry, countPadding, source.As<double>(), target.As<double>());
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override bool TryAveragePoolGradientCore(
        in Operand dy,
        in Window2d window,
        bool countPadding,
        in Operand dx
    )
    {
        using var source = new Gapless(dy);
        using var target = new GaplessTarget(dx);
        var geometry = new PoolGeometry(dx.Shape, dy.Shape, window);
        if (dx.DType == DType.Float32)
        {
            var body = new AveragePoolGradientBody<float>(
                geometry,
                countPadding,
                source.As<float>(),
                target.As<float>()
            );
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }
        else
        {
            var body = new AveragePoolGradientBody<double>(
                geometry,
                countPadding,
                source.As<double>(),
                target.As<double>()
            );
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }

        return true;
    }
}
