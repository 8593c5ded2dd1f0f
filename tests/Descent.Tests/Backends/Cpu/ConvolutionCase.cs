using System.Numerics;
using System.Runtime.Intrinsics;
using Descent.Backends.Cpu;

namespace Descent.Tests.Backends.Cpu;

/// <summary>One convolution with random values: its four results at every width against plain loops in double precision.</summary>
internal sealed unsafe class ConvolutionCase<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ConvolutionShape shape;
    private readonly T[] x;
    private readonly T[] w;
    private readonly T[] bias;
    private readonly T[] dy;

    public ConvolutionCase(ConvolutionShape shape, Random random)
    {
        this.shape = shape;
        x = Values((long)shape.N * shape.C * shape.H * shape.W, random);
        w = Values((long)shape.K * shape.Taps, random);
        bias = Values(shape.K, random);
        dy = Values(shape.N * shape.K * shape.OutputPlane, random);
    }

    /// <summary>Compares values with plain loops and bits between widths.</summary>
    public void Check(double tolerance)
    {
        var results = Run<Vector512Ops<T>, Vector512<T>>();
        Assert.Equal(results, Run<Vector256Ops<T>, Vector256<T>>());
        Assert.Equal(results, Run<Vector128Ops<T>, Vector128<T>>());
        var (y, dx, dw, db) = PlainLoops();
        Close(y, results[0], tolerance, "forward");
        Close(y.Select(value => Math.Max(value, 0)).ToArray(), results[1], tolerance, "forward with ReLU");
        Close(dx, results[2], tolerance, "input gradient");
        Close(dw, results[3], tolerance, "weight gradient");
        Close(db, results[4], tolerance, "bias gradient");
    }

    /// <summary>The bytes of y, y after ReLU, dx, dw and db.</summary>
    public byte[][] Run<TOps, TVector>()
        where TOps : IVectorOps<TVector, T>
        where TVector : struct
    {
        using var y = new GuardedMemory<T>(dy.Length);
        using var relu = new GuardedMemory<T>(dy.Length);
        using var dx = new GuardedMemory<T>(x.Length);
        using var dw = new GuardedMemory<T>(w.Length);
        using var db = new GuardedMemory<T>(bias.Length);
        fixed (
            T* px = x,
                pw = w,
                pb = bias,
                pdy = dy
        )
        {
            var biased = new RowBias<T>(pb);
            var activated = new Then<T, RowBias<T>, ReluKernel>(biased);
            Convolution.Forward<TOps, TVector, T, RowBias<T>>(shape, px, pw, y.Pointer, biased);
            Convolution.Forward<TOps, TVector, T, Then<T, RowBias<T>, ReluKernel>>(
                shape,
                px,
                pw,
                relu.Pointer,
                activated
            );
            Convolution.BackwardData<TOps, TVector, T>(shape, pdy, pw, dx.Pointer);
            Convolution.BackwardWeight<TOps, TVector, T>(shape, px, pdy, dw.Pointer);
            ChannelSum.Run<TOps, TVector, T>(shape.N, shape.K, shape.OutputPlane, pdy, db.Pointer);
        }

        return [y.Bytes(), relu.Bytes(), dx.Bytes(), dw.Bytes(), db.Bytes()];
    }

    private static T[] Values(long length, Random random)
    {
        var values = new T[length];
        foreach (ref var value in values.AsSpan())
        {
            value = T.CreateTruncating(2 * random.NextDouble() - 1);
        }

        return values;
    }

    private (double[] Y, double[] Dx, double[] Dw, double[] Db) PlainLoops()
    {
        var y = new double[dy.Length];
        var dx = new double[x.Length];
        var dw = new double[w.Length];
        var db = new double[bias.Length];
        var (height, width) = (shape.OutputHeight, shape.OutputWidth);
        for (var o = 0; o < dy.Length; o++)
        {
            var (ox, oy, k, n) = (
                o % width,
                o / width % height,
                o / width / height % shape.K,
                o / width / height / shape.K
            );
            var gradient = double.CreateTruncating(dy[o]);
            y[o] = double.CreateTruncating(bias[k]);
            db[k] += gradient;
            for (var tap = 0; tap < shape.Taps; tap++)
            {
                var (s, r, c) = (tap % shape.S, tap / shape.S % shape.R, tap / shape.S / shape.R);
                var row = oy * shape.StrideY - shape.PaddingY + r * shape.DilationY;
                var column = ox * shape.StrideX - shape.PaddingX + s * shape.DilationX;
                if (row < 0 || row >= shape.H || column < 0 || column >= shape.W)
                {
                    continue;
                }

                var channel = n * shape.C + k / shape.GroupK * shape.GroupC + c;
                var i = (channel * shape.H + row) * shape.W + column;
                var j = k * shape.Taps + tap;
                y[o] += double.CreateTruncating(x[i]) * double.CreateTruncating(w[j]);
                dx[i] += gradient * double.CreateTruncating(w[j]);
                dw[j] += gradient * double.CreateTruncating(x[i]);
            }
        }

        return (y, dx, dw, db);
    }

    private void Close(double[] expected, byte[] bytes, double tolerance, string what)
    {
        var actual = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(bytes);
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(expected[i] - double.CreateTruncating(actual[i]));
            Assert.True(
                difference <= tolerance * (1 + Math.Sqrt(shape.Taps * shape.OutputPlane)),
                $"{what} [{i}]: {actual[i]} for {expected[i]} ({shape.N}, {shape.C}, {shape.H}, {shape.W}) → "
                    + $"{shape.K}, {shape.R}×{shape.S}, stride {shape.StrideY}×{shape.StrideX}, padding {shape.PaddingY}×{shape.PaddingX}, "
                    + $"dilation {shape.DilationY}×{shape.DilationX}, groups {shape.Groups}"
            );
        }
    }
}
