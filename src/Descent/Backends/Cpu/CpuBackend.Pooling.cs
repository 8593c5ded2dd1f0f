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
            MaxPool(geometry, source.As<float>(), target.As<float>(), winners.Address);
        }
        else
        {
            MaxPool(geometry, source.As<double>(), target.As<double>(), winners.Address);
        }

        return true;
    }

    private static void MaxPool<TElement>(in PoolGeometry geometry, TElement* x, TElement* y, nint places)
        where TElement : unmanaged
    {
        if (geometry.Window.PlaceType == DType.UInt8)
        {
            var body = new MaxPoolBody<TElement, byte>(geometry, x, y, (byte*)places);
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }
        else
        {
            var body = new MaxPoolBody<TElement, int>(geometry, x, y, (int*)places);
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }
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
            MaxPoolGradient(geometry, source.As<float>(), winners.Address, target.As<float>());
        }
        else
        {
            MaxPoolGradient(geometry, source.As<double>(), winners.Address, target.As<double>());
        }

        return true;
    }

    private static void MaxPoolGradient<TElement>(in PoolGeometry geometry, TElement* dy, nint places, TElement* dx)
        where TElement : unmanaged
    {
        if (geometry.Window.PlaceType == DType.UInt8)
        {
            var body = new MaxPoolGradientBody<TElement, byte>(geometry, dy, (byte*)places, dx);
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }
        else
        {
            var body = new MaxPoolGradientBody<TElement, int>(geometry, dy, (int*)places, dx);
            WorkSplitter.For(geometry.Planes, geometry.Grain, body);
        }
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
