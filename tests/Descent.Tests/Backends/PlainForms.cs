using Descent.Backends;
using Descent.Numerics;

namespace Descent.Tests.Backends;

/// <summary>What the fused forms mean, in plain double-precision loops.</summary>
internal static class PlainForms
{
    public static void Softmax(in Operand x, in Operand y, bool logarithm)
    {
        var length = x.Shape[^1];
        var values = Arena.Values(x);
        for (var first = 0; first < values.Length; first += length)
        {
            var row = values[first..(first + length)];
            var total = row.Sum(value => Math.Exp(value - row.Max()));
            for (var i = 0; i < length; i++)
            {
                var shifted = row[i] - row.Max();
                Arena.Set(y, first + i, logarithm ? shifted - Math.Log(total) : Math.Exp(shifted) / total);
            }
        }
    }

    public static void SoftmaxGradient(in Operand y, in Operand dy, in Operand dx, bool logarithm)
    {
        var length = y.Shape[^1];
        var (values, gradients) = (Arena.Values(y), Arena.Values(dy));
        for (var first = 0; first < values.Length; first += length)
        {
            double total = 0;
            for (var i = first; i < first + length; i++)
            {
                total += logarithm ? gradients[i] : gradients[i] * values[i];
            }

            for (var i = first; i < first + length; i++)
            {
                Arena.Set(
                    dx,
                    i,
                    logarithm ? gradients[i] - Math.Exp(values[i]) * total : values[i] * (gradients[i] - total)
                );
            }
        }
    }

    public static void CrossEntropy(
        in Operand logits,
        in Operand labels,
        double scale,
        in Operand losses,
        in Operand slopes
    )
    {
        var values = Arena.Values(logits);
        var length = logits.Shape[1];
        for (var row = 0; row < logits.Shape[0]; row++)
        {
            var from = values[(row * length)..((row + 1) * length)];
            var total = from.Sum(value => Math.Exp(value - from.Max()));
            var label = (int)Arena.Get(labels, row);
            Arena.Set(losses, row, from.Max() - from[label] + Math.Log(total));
            for (var i = 0; i < length && !slopes.IsNone; i++)
            {
                var share = Math.Exp(from[i] - from.Max()) / total;
                Arena.Set(slopes, row * length + i, scale * (share - (i == label ? 1 : 0)));
            }
        }
    }

    public static void MaxPool(in Operand x, in Window2d window, in Operand y, in Operand places)
    {
        var values = Arena.Values(x);
        for (long i = 0; i < y.Count; i++)
        {
            var best = double.NegativeInfinity;
            var at = -1;
            foreach (var (place, inWindow) in PlacesOf(x, window, y, i))
            {
                var value = values[PlaneOf(y, i) * x.Shape[2] * x.Shape[3] + place];
                if (at < 0 || value > best || (double.IsNaN(value) && !double.IsNaN(best)))
                {
                    (best, at) = (value, inWindow);
                }
            }

            Arena.Set(y, i, best);
            if (!places.IsNone)
            {
                Arena.Set(places, i, at < 0 && places.DType == DType.UInt8 ? 255 : at);
            }
        }
    }

    public static void MaxPoolGradient(in Operand dy, in Operand places, in Window2d window, in Operand dx)
    {
        var sums = new double[dx.Count];
        for (long i = 0; i < dy.Count; i++)
        {
            var winner = (int)Arena.Get(places, i);
            foreach (var place in PlacesOf(dx, window, dy, i).Where(place => place.InWindow == winner))
            {
                sums[PlaneOf(dy, i) * dx.Shape[2] * dx.Shape[3] + place.InPlane] += Arena.Get(dy, i);
            }
        }

        SetAll(dx, sums);
    }

    public static void AveragePool(in Operand x, in Window2d window, bool countPadding, in Operand y)
    {
        var values = Arena.Values(x);
        for (long i = 0; i < y.Count; i++)
        {
            var plane = PlaneOf(y, i) * x.Shape[2] * x.Shape[3];
            var places = PlacesOf(x, window, y, i);
            var divisor = countPadding ? window.KernelHeight * window.KernelWidth : places.Count;
            Arena.Set(y, i, places.Sum(place => values[plane + place.InPlane]) / divisor);
        }
    }

    public static void AveragePoolGradient(in Operand dy, in Window2d window, bool countPadding, in Operand dx)
    {
        var sums = new double[dx.Count];
        for (long i = 0; i < dy.Count; i++)
        {
            var plane = PlaneOf(dy, i) * dx.Shape[2] * dx.Shape[3];
            var places = PlacesOf(dx, window, dy, i);
            var divisor = countPadding ? window.KernelHeight * window.KernelWidth : places.Count;
            foreach (var place in places)
            {
                sums[plane + place.InPlane] += Arena.Get(dy, i) / divisor;
            }
        }

        SetAll(dx, sums);
    }

    public static void BatchNorm(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    )
    {
        var values = Arena.Values(x);
        for (var channel = 0; channel < x.Shape[1]; channel++)
        {
            var mine = PlacesOfChannel(x, channel);
            var average = mine.Average(i => values[i]);
            var spread = mine.Average(i => (values[i] - average) * (values[i] - average));
            Arena.Set(mean, channel, average);
            Arena.Set(variance, channel, spread);
            foreach (var i in mine)
            {
                var unit = (values[i] - average) / Math.Sqrt(spread + epsilon);
                Arena.Set(y, i, Arena.Get(scale, channel) * unit + Arena.Get(shift, channel));
            }
        }
    }

    public static void BatchNormGradient(
        in Operand x,
        in Operand dy,
        in Operand scale,
        in Operand mean,
        in Operand variance,
        double epsilon,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    )
    {
        var (values, gradients) = (Arena.Values(x), Arena.Values(dy));
        for (var channel = 0; channel < x.Shape[1]; channel++)
        {
            var mine = PlacesOfChannel(x, channel);
            var average = Arena.Get(mean, channel);
            var sigma = Math.Sqrt(Arena.Get(variance, channel) + epsilon);
            double Unit(int i) => (values[i] - average) / sigma;
            var shiftSlope = mine.Sum(i => gradients[i]);
            var scaleSlope = mine.Sum(i => gradients[i] * Unit(i));
            Arena.Set(dshift, channel, shiftSlope);
            Arena.Set(dscale, channel, scaleSlope);
            foreach (var i in mine)
            {
                var rest = gradients[i] - shiftSlope / mine.Count - Unit(i) * scaleSlope / mine.Count;
                Arena.Set(dx, i, Arena.Get(scale, channel) / sigma * rest);
            }
        }
    }

    /// <summary>max(y, 0) in place.</summary>
    public static void Relu(in Operand y)
    {
        for (long i = 0; i < y.Count; i++)
        {
            Arena.Set(y, i, Math.Max(0, Arena.Get(y, i)));
        }
    }

    public static void Affine(in Operand x, in Operand factor, in Operand offset, in Operand y)
    {
        for (long i = 0; i < x.Count; i++)
        {
            var channel = i / (x.Count / x.Shape[0] / x.Shape[1]) % x.Shape[1];
            Arena.Set(y, i, Arena.Get(x, i) * Arena.Get(factor, channel) + Arena.Get(offset, channel));
        }
    }

    public static void Dropout(in Operand x, RandomSource source, double probability, in Operand y)
    {
        for (long i = 0; i < x.Count; i++)
        {
            var kept =
                x.DType == DType.Float32
                    ? source.UniformSingle(i) >= (float)probability
                    : source.UniformDouble(i) >= probability;
            Arena.Set(y, i, kept ? Arena.Get(x, i) / (1 - probability) : 0);
        }
    }

    public static void DropoutThroughRelu(
        in Operand y,
        in Operand dy,
        RandomSource source,
        double probability,
        in Operand dx
    )
    {
        Dropout(dy, source, probability, dx);
        for (long i = 0; i < y.Count; i++)
        {
            Arena.Set(dx, i, Arena.Get(y, i) > 0 ? Arena.Get(dx, i) : 0);
        }
    }

    private static List<int> PlacesOfChannel(Operand x, int channel)
    {
        var plane = (int)(x.Count / x.Shape[0] / x.Shape[1]);
        return [.. Enumerable.Range(0, (int)x.Count).Where(i => i / plane % x.Shape[1] == channel)];
    }

    private static int PlaneOf(in Operand y, long index) => (int)(index / y.Shape[2] / y.Shape[3]);

    // The places in the input's plane that the window of an output element covers, in order.
    private static List<(int InPlane, int InWindow)> PlacesOf(
        in Operand x,
        in Window2d window,
        in Operand y,
        long index
    )
    {
        var places = new List<(int InPlane, int InWindow)>();
        var row = (int)(index / y.Shape[3] % y.Shape[2]);
        var column = (int)(index % y.Shape[3]);
        for (var r = 0; r < window.KernelHeight; r++)
        {
            for (var s = 0; s < window.KernelWidth; s++)
            {
                var i = row * window.StrideY - window.PaddingY + r * window.DilationY;
                var j = column * window.StrideX - window.PaddingX + s * window.DilationX;
                if (i >= 0 && i < x.Shape[2] && j >= 0 && j < x.Shape[3])
                {
                    places.Add((i * x.Shape[3] + j, r * window.KernelWidth + s));
                }
            }
        }

        return places;
    }

    private static void SetAll(in Operand x, double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Arena.Set(x, i, values[i]);
        }
    }

    public static void AbsoluteDistances(in Operand a, in Operand b, in Operand y)
    {
        var depth = a.Shape[1];
        var (left, right) = (Arena.Values(a), Arena.Values(b));
        for (var i = 0; i < y.Count; i++)
        {
            var (row, column) = (i / b.Shape[0] * depth, i % b.Shape[0] * depth);
            Arena.Set(y, i, Enumerable.Range(0, depth).Sum(k => Math.Abs(left[row + k] - right[column + k])));
        }
    }
}
