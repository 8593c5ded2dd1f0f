using System.Runtime.Intrinsics;

namespace Descent.Data;

/// <summary>Gathers pictures from memory into batches: picked, converted to float32 and moved in one pass.</summary>
internal static unsafe class ImageGather
{
    /// <summary>Makes the batch of the given samples; sample s is picture s mod N, moved by shift s div N.</summary>
    /// <param name="dataset">The pictures.</param>
    /// <param name="samples">The numbers of the samples.</param>
    /// <param name="shifts">The moves; empty stands for one that moves nothing.</param>
    public static (Tensor Images, Tensor Labels) Batch(
        ImageDataset dataset,
        ReadOnlySpan<int> samples,
        ReadOnlySpan<Shift> shifts
    )
    {
        var (height, width) = (dataset.Images.Shape[2], dataset.Images.Shape[3]);
        var planes = dataset.Images.Shape[1];
        var pictureLength = planes * height * width;
        var images = Tensor.Lasting(Device.Cpu, DType.Float32, dataset.Images.Shape.With(0, samples.Length));
        var labels = Tensor.Lasting(Device.Cpu, DType.Int64, [samples.Length]);
        var sourceImages = (byte*)dataset.Images.View.Address;
        var sourceLabels = (long*)dataset.Labels.View.Address;
        var image = (float*)images.View.Address;
        var label = (long*)labels.View.Address;
        var sampleCount = (long)dataset.Count * Math.Max(1, shifts.Length);
        for (var i = 0; i < samples.Length; i++)
        {
            if ((uint)samples[i] >= sampleCount)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(samples),
                    $"There is no sample {samples[i]}: the set has {sampleCount}, numbered from 0."
                );
            }

            var (version, picture) = Math.DivRem(samples[i], dataset.Count);
            var shift = shifts.IsEmpty ? default : shifts[version];
            var from = sourceImages + (long)picture * pictureLength;
            var to = image + (long)i * pictureLength;
            if (shift == default)
            {
                Convert(from, to, pictureLength);
            }
            else
            {
                for (var plane = 0; plane < planes; plane++)
                {
                    var offset = plane * height * width;
                    ConvertShifted(from + offset, to + offset, height, width, shift);
                }
            }

            label[i] = sourceLabels[picture];
        }

        GC.KeepAlive(dataset);
        GC.KeepAlive(images);
        GC.KeepAlive(labels);
        return (images, labels);
    }

    /// <summary>Bytes to float32, each divided by 255.</summary>
    private static void Convert(byte* from, float* to, int count)
    {
        var whole = Vector256.Create(255f);
        var done = 0;
        for (; done + 16 <= count; done += 16)
        {
            // One division a number, rounded once: the same bits in vectors and in the scalar tail.
            var (low, high) = Vector128.Widen(Vector128.Load(from + done));
            (Widen(low) / whole).Store(to + done);
            (Widen(high) / whole).Store(to + done + 8);
        }

        for (; done < count; done++)
        {
            to[done] = from[done] / 255f;
        }
    }

    private static Vector256<float> Widen(Vector128<ushort> numbers)
    {
        var (low, high) = Vector128.Widen(numbers);
        return Vector256.ConvertToSingle(Vector256.Create(low.AsInt32(), high.AsInt32()));
    }

    private static void ConvertShifted(byte* from, float* to, int height, int width, Shift shift)
    {
        var kept = Math.Max(0, width - Math.Abs(shift.Right));
        for (var row = 0; row < height; row++)
        {
            var line = new Span<float>(to + row * width, width);
            var source = row - shift.Down;
            if (source < 0 || source >= height)
            {
                line.Clear();
                continue;
            }

            Convert(
                from + source * width + Math.Max(0, -shift.Right),
                to + row * width + Math.Max(0, shift.Right),
                kept
            );
            (shift.Right > 0 ? line[..^kept] : line[kept..]).Clear();
        }
    }
}
