using System.Runtime.Intrinsics;
using Descent.Backends.Cpu;
using Descent.Numerics;

namespace Descent.Tests.Backends.Cpu;

using DirectForward = ConvolutionForward<Vector256Ops<float>, Vector256<float>, float, NoEpilogue<float>>;
using DirectGradient = ConvolutionBackwardData<Vector256Ops<float>, Vector256<float>, float>;
using DirectWeights = ConvolutionBackwardWeight<Vector256Ops<float>, Vector256<float>, float>;

/// <summary>How far a convolution in single precision is from double precision, beside the plain products.</summary>
internal static unsafe class ConvolutionErrors
{
    private const double MostOfPlain = 10;

    /// <summary>One of the three results, computed from two of the three tensors.</summary>
    private delegate void Computation<T>(T* first, T* second, T* result)
        where T : unmanaged;

    /// <summary>Checks that the result and both gradients have at most ten times the error of the plain products.</summary>
    public static void AssertNearPlainProducts(ConvolutionShape shape)
    {
        var random = new Random(9);
        var x = Values((long)shape.N * shape.C * shape.H * shape.W, random);
        var w = Values((long)shape.K * shape.Taps, random);
        var dy = Values(shape.N * shape.K * shape.OutputPlane, random);
        Compare(
            (x, w),
            dy.Length,
            (a, b, y) => Convolution.Forward(shape, a, b, y, default(NoEpilogue<double>)),
            (a, b, y) => Convolution.Forward(shape, a, b, y, default(NoEpilogue<float>)),
            (a, b, y) => PlainForward(shape, a, b, y)
        );
        Compare(
            (dy, w),
            x.Length,
            (a, b, dx) => Convolution.BackwardData(shape, a, b, dx),
            (a, b, dx) => Convolution.BackwardData(shape, a, b, dx),
            (a, b, dx) => PlainGradient(shape, a, b, dx)
        );
        Compare(
            (x, dy),
            w.Length,
            (a, b, dw) => Convolution.BackwardWeight(shape, a, b, dw),
            (a, b, dw) => Convolution.BackwardWeight(shape, a, b, dw),
            (a, b, dw) => PlainWeights(shape, a, b, dw)
        );
    }

    private static void Compare(
        (float[] First, float[] Second) inputs,
        int length,
        Computation<double> exact,
        Computation<float> found,
        Computation<float> plain
    )
    {
        var wanted = Run(Doubles(inputs.First), Doubles(inputs.Second), length, exact);
        Assert.InRange(Error(found), 0, MostOfPlain * Error(plain));

        // The root of the mean square of the differences.
        double Error(Computation<float> computation) =>
            Math.Sqrt(
                Run(inputs.First, inputs.Second, length, computation).Zip(wanted, (a, b) => (a - b) * (a - b)).Average()
            );
    }

    private static T[] Run<T>(T[] first, T[] second, int length, Computation<T> computation)
        where T : unmanaged
    {
        var result = new T[length];
        fixed (
            T* a = first,
                b = second,
                to = result
        )
        {
            computation(a, b, to);
        }

        return result;
    }

    private static void PlainForward(ConvolutionShape shape, float* x, float* w, float* y)
    {
        var offsets = stackalloc int[shape.Taps];
        var direct = new DirectForward(shape, x, w, y, offsets, default);
        WorkSplitter.For(direct.Tasks, 1, direct);
    }

    private static void PlainGradient(ConvolutionShape shape, float* dy, float* w, float* dx)
    {
        var direct = new DirectGradient(shape, dy, w, dx);
        WorkSplitter.For(direct.Tasks, 1, direct);
    }

    private static void PlainWeights(ConvolutionShape shape, float* x, float* dy, float* dw)
    {
        var length = shape.K * shape.Taps;
        var sums = new float[DirectWeights.PictureGroups(shape) * length];
        fixed (float* sum = sums)
        {
            var direct = new DirectWeights(shape, x, dy, sum);
            WorkSplitter.For(direct.Tasks, 1, direct);
            for (var i = length; i < sums.Length; i++)
            {
                sum[i % length] += sum[i];
            }

            new WeightReorder<float>(shape, sum, dw).Invoke(0, shape.K);
        }
    }

    private static float[] Values(long count, Random random)
    {
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
        {
            value = (float)(random.NextDouble() * 2 - 1);
        }

        return values;
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
