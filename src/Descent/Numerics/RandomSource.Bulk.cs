using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Numerics;

public readonly unsafe partial struct RandomSource
{
    private const int Row = 16;

    /// <summary>2⁻⁵⁴: lifts a uniform double off zero.</summary>
    private const double HalfStep = 1.0 / (1L << 54);

    /// <summary>Draws a whole group of numbers into memory.</summary>
    private interface IGroup<TElement>
        where TElement : unmanaged
    {
        /// <summary>The numbers of a group.</summary>
        static abstract int Size { get; }

        /// <summary>Turns the 64 words of a group into numbers.</summary>
        static abstract void Convert(uint* words, TElement* destination);
    }

    /// <summary>Fills a span with the random words from index <paramref name="start"/> on.</summary>
    public void FillBits(Span<uint> destination, long start = 0) => Fill<uint, BitsGroup>(destination, start);

    /// <summary>Writes the 64 random words from index 64 · <paramref name="group"/> on.</summary>
    internal void FillGroup(uint* words, long group) => Philox.FillRows(key, (ulong)group << 4, stream, words);

    /// <summary>Fills a span with what <see cref="UniformSingle"/> gives from index <paramref name="start"/> on.</summary>
    public void FillUniform(Span<float> destination, long start = 0) =>
        Fill<float, UniformSingleGroup>(destination, start);

    /// <summary>Fills a span with what <see cref="UniformDouble"/> gives from index <paramref name="start"/> on.</summary>
    public void FillUniform(Span<double> destination, long start = 0) =>
        Fill<double, UniformDoubleGroup>(destination, start);

    /// <summary>Fills a span with what <see cref="NormalSingle"/> gives from index <paramref name="start"/> on.</summary>
    public void FillNormal(Span<float> destination, long start = 0) =>
        Fill<float, NormalSingleGroup>(destination, start);

    /// <summary>Fills a span with what <see cref="NormalDouble"/> gives from index <paramref name="start"/> on.</summary>
    public void FillNormal(Span<double> destination, long start = 0) =>
        Fill<double, NormalDoubleGroup>(destination, start);

    private static float ToUniform(uint word) => (int)(word >> 8) * (1f / (1 << 24));

    private static float ToOpenUniform(uint word) => ((int)(word >> 1) + 0.5f) * (1f / (1U << 31));

    private static float ToQuarterTurns(uint word) => (int)(word >> 8) * (1f / (1 << 22));

    private static double ToUniform(uint high, uint low) => ((ulong)high << 21 | low >> 11) * (1.0 / (1L << 53));

    [SkipLocalsInit]
    private void Fill<TElement, TGroup>(Span<TElement> destination, long start)
        where TElement : unmanaged
        where TGroup : struct, IGroup<TElement>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        var words = stackalloc uint[Philox.GroupSize];
        var partial = stackalloc TElement[Philox.GroupSize];
        fixed (TElement* first = destination)
        {
            long done = 0;
            while (done < destination.Length)
            {
                var (group, skipped) = Math.DivRem(start + done, TGroup.Size);
                Philox.FillRows(key, (ulong)group << 4, stream, words);
                var taken = Math.Min(TGroup.Size - skipped, destination.Length - done);
                if (taken == TGroup.Size)
                {
                    TGroup.Convert(words, first + done);
                }
                else
                {
                    TGroup.Convert(words, partial);
                    new Span<TElement>(partial + skipped, (int)taken).CopyTo(
                        new Span<TElement>(first + done, (int)taken)
                    );
                }

                done += taken;
            }
        }
    }

    private readonly struct BitsGroup : IGroup<uint>
    {
        public static int Size => Philox.GroupSize;

        public static void Convert(uint* words, uint* destination) =>
            Unsafe.CopyBlockUnaligned(destination, words, Philox.GroupSize * sizeof(uint));
    }

    private readonly struct UniformSingleGroup : IGroup<float>
    {
        public static int Size => Philox.GroupSize;

        public static void Convert(uint* words, float* destination)
        {
            for (var i = 0; i < Philox.GroupSize; i += Row)
            {
                ToSingles(Vector512.Load(words + i) >>> 8, 0, 1f / (1 << 24)).Store(destination + i);
            }
        }
    }

    private readonly struct UniformDoubleGroup : IGroup<double>
    {
        public static int Size => Philox.GroupSize / 2;

        public static void Convert(uint* words, double* destination)
        {
            for (var row = 0; row < 2; row++)
            {
                for (var i = 0; i < Row; i++)
                {
                    var word = words + 2 * Row * row + i;
                    destination[Row * row + i] = ToUniform(word[0], word[Row]);
                }
            }
        }
    }

    private readonly struct NormalSingleGroup : IGroup<float>
    {
        public static int Size => Philox.GroupSize;

        public static void Convert(uint* words, float* destination)
        {
            for (var i = 0; i < 2 * Row; i += Row)
            {
                ToSingles(Vector512.Load(words + i) >>> 1, 0.5f, 1f / (1U << 31)).Store(destination + i);
                ToSingles(Vector512.Load(words + i + 2 * Row) >>> 8, 0, 1f / (1 << 22))
                    .Store(destination + i + 2 * Row);
            }

            Lanes.Run<Transform<float>, float>(new(destination, 2 * Row));
        }
    }

    private readonly struct NormalDoubleGroup : IGroup<double>
    {
        public static int Size => Philox.GroupSize / 2;

        public static void Convert(uint* words, double* destination)
        {
            UniformDoubleGroup.Convert(words, destination);
            for (var i = 0; i < Row; i++)
            {
                destination[i] += HalfStep;
                destination[i + Row] *= 4;
            }

            Lanes.Run<Transform<double>, double>(new(destination, Row));
        }
    }

    /// <summary>Turns the first half of the numbers, uniform, and the second half, angles, into normal ones in place.</summary>
    private readonly struct Transform<TElement>(TElement* numbers, int half) : ILanesBody<TElement>
        where TElement : unmanaged
    {
        public void Invoke<T>()
            where T : struct, IMemoryLanes<T, TElement>
        {
            for (var i = 0; i < half; i += T.Count)
            {
                var (cosine, sine) = BoxMuller.Transform(T.Load(numbers + i), T.Load(numbers + i + half));
                T.Store(numbers + i, cosine);
                T.Store(numbers + i + half, sine);
            }
        }
    }

    private static Vector512<float> ToSingles(Vector512<uint> words, float offset, float scale) =>
        (Vector512.ConvertToSingle(words.AsInt32()) + Vector512.Create(offset)) * Vector512.Create(scale);
}
