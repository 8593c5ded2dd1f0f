using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Microbenchmarks;

/// <summary>What the machine can do at the most: arithmetic in registers, and bandwidth to memory or to a cache.</summary>
/// <remarks>
/// Every thread works on its own chunk and the slowest counts; each figure is the best of several runs. Bytes are those
/// that the loop names; a line that the processor fetches only to overwrite it does not count.
/// </remarks>
public static unsafe class MachinePeak
{
    /// <summary>Bytes in all arrays together that no cache holds.</summary>
    public const long BeyondCaches = 384L << 20;

    private const int Chains = 12;
    private const int Runs = 40;
    private const long BytesARun = 128L << 20;

    private delegate void Pass(float* a, float* b, float* c, long count);

    /// <summary>10⁹ operations a second of fused multiply-adds on float vectors in registers; one counts as two.</summary>
    /// <param name="threads">Threads that work at the same time.</param>
    public static double FusedMultiplyAddGigaflops(int threads)
    {
        const long Rounds = 2_000_000;
        var lanes =
            Vector512.IsHardwareAccelerated ? Vector512<float>.Count
            : Vector256.IsHardwareAccelerated ? Vector256<float>.Count
            : Vector128<float>.Count;
        var sums = new float[threads];
        var seconds = BestSeconds(
            threads,
            thread =>
                sums[thread] =
                    Vector512.IsHardwareAccelerated ? RunChains<Vector512<float>, Wide>(Rounds)
                    : Vector256.IsHardwareAccelerated ? RunChains<Vector256<float>, Middle>(Rounds)
                    : RunChains<Vector128<float>, Narrow>(Rounds)
        );
        return 2.0 * Chains * lanes * Rounds * threads / seconds / 1e9;
    }

    /// <summary>10⁹ bytes a second, two read and one written, of a = b + s · c.</summary>
    /// <param name="threads">Threads that work at the same time.</param>
    /// <param name="bytes">Bytes in the three arrays of all threads together.</param>
    public static double TriadGigabytesPerSecond(int threads, long bytes = BeyondCaches) =>
        GigabytesPerSecond(threads, bytes, 3, Triad);

    /// <summary>10⁹ bytes a second, one read and one written, of a = b.</summary>
    /// <param name="threads">Threads that work at the same time.</param>
    /// <param name="bytes">Bytes in the two arrays of all threads together.</param>
    public static double CopyGigabytesPerSecond(int threads, long bytes = BeyondCaches) =>
        GigabytesPerSecond(threads, bytes, 2, Copy);

    /// <summary>10⁹ bytes a second, two read and one written, of a = a + s · b.</summary>
    /// <param name="threads">Threads that work at the same time.</param>
    /// <param name="bytes">Bytes in the two arrays of all threads together.</param>
    public static double InPlaceGigabytesPerSecond(int threads, long bytes = BeyondCaches) =>
        1.5 * GigabytesPerSecond(threads, bytes, 2, (a, b, _, count) => Triad(a, a, b, count));

    /// <summary>10⁹ bytes a second of a sum over one array.</summary>
    /// <param name="threads">Threads that work at the same time.</param>
    /// <param name="bytes">Bytes in the array of all threads together.</param>
    public static double ReadGigabytesPerSecond(int threads, long bytes = BeyondCaches) =>
        GigabytesPerSecond(threads, bytes, 1, Read);

    private static double GigabytesPerSecond(int threads, long bytes, int arrays, Pass pass)
    {
        // Whole blocks of four vectors, and arrays that do not begin at the same place of a page.
        const long Block = 64;
        var count = Math.Max(Block, bytes / (sizeof(float) * arrays * threads) / Block * Block);
        var stride = (count * sizeof(float) + 4095) / 4096 * 4096 + 1344;
        var passes = Math.Max(1, BytesARun / (count * sizeof(float) * arrays));
        var memory = new nint[threads];
        try
        {
            for (var thread = 0; thread < threads; thread++)
            {
                memory[thread] = (nint)NativeMemory.AlignedAlloc((nuint)(stride * arrays), 4096);
            }

            var seconds = BestSeconds(
                threads,
                thread =>
                {
                    var start = memory[thread];
                    for (long i = 0; i < passes; i++)
                    {
                        pass((float*)start, (float*)(start + stride), (float*)(start + 2 * stride), count);
                    }
                },
                thread => new Span<byte>((void*)memory[thread], checked((int)(stride * arrays))).Clear()
            );
            return (double)count * sizeof(float) * arrays * threads * passes / seconds / 1e9;
        }
        finally
        {
            foreach (var address in memory)
            {
                NativeMemory.AlignedFree((void*)address);
            }
        }
    }

    /// <summary>The shortest time in which all threads do their work once, after each has prepared.</summary>
    private static double BestSeconds(int threads, Action<int> work, Action<int>? prepare = null)
    {
        using var barrier = new Barrier(threads);
        var best = double.PositiveInfinity;
        var workers = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            var thread = i;
            workers[i] = new Thread(() =>
            {
                prepare?.Invoke(thread);
                for (var run = 0; run < Runs; run++)
                {
                    barrier.SignalAndWait();
                    var start = Stopwatch.GetTimestamp();
                    work(thread);
                    barrier.SignalAndWait();
                    if (thread == 0)
                    {
                        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
                    }
                }
            });
            workers[i].Start();
        }

        foreach (var worker in workers)
        {
            worker.Join();
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float RunChains<T, TOps>(long rounds)
        where T : struct
        where TOps : struct, IChainOps<T>
    {
        // x ← 0.9 x + 1, which stays near 10; each chain waits for itself alone.
        var (factor, term) = (TOps.Constant(0.9f), TOps.Constant(1));
        T x0 = term,
            x1 = term,
            x2 = term,
            x3 = term,
            x4 = term,
            x5 = term;
        T x6 = term,
            x7 = term,
            x8 = term,
            x9 = term,
            x10 = term,
            x11 = term;
        for (long i = 0; i < rounds; i++)
        {
            x0 = TOps.MultiplyAdd(x0, factor, term);
            x1 = TOps.MultiplyAdd(x1, factor, term);
            x2 = TOps.MultiplyAdd(x2, factor, term);
            x3 = TOps.MultiplyAdd(x3, factor, term);
            x4 = TOps.MultiplyAdd(x4, factor, term);
            x5 = TOps.MultiplyAdd(x5, factor, term);
            x6 = TOps.MultiplyAdd(x6, factor, term);
            x7 = TOps.MultiplyAdd(x7, factor, term);
            x8 = TOps.MultiplyAdd(x8, factor, term);
            x9 = TOps.MultiplyAdd(x9, factor, term);
            x10 = TOps.MultiplyAdd(x10, factor, term);
            x11 = TOps.MultiplyAdd(x11, factor, term);
        }

        return TOps.Sum(x0)
            + TOps.Sum(x1)
            + TOps.Sum(x2)
            + TOps.Sum(x3)
            + TOps.Sum(x4)
            + TOps.Sum(x5)
            + TOps.Sum(x6)
            + TOps.Sum(x7)
            + TOps.Sum(x8)
            + TOps.Sum(x9)
            + TOps.Sum(x10)
            + TOps.Sum(x11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Triad(float* a, float* b, float* c, long count)
    {
        var s = Vector512.Create(0.5f);
        for (long i = 0; i < count; i += 64)
        {
            Vector512.FusedMultiplyAdd(s, Vector512.Load(c + i), Vector512.Load(b + i)).Store(a + i);
            Vector512.FusedMultiplyAdd(s, Vector512.Load(c + i + 16), Vector512.Load(b + i + 16)).Store(a + i + 16);
            Vector512.FusedMultiplyAdd(s, Vector512.Load(c + i + 32), Vector512.Load(b + i + 32)).Store(a + i + 32);
            Vector512.FusedMultiplyAdd(s, Vector512.Load(c + i + 48), Vector512.Load(b + i + 48)).Store(a + i + 48);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* a, float* b, float* unused, long count)
    {
        for (long i = 0; i < count; i += 64)
        {
            Vector512.Load(b + i).Store(a + i);
            Vector512.Load(b + i + 16).Store(a + i + 16);
            Vector512.Load(b + i + 32).Store(a + i + 32);
            Vector512.Load(b + i + 48).Store(a + i + 48);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Read(float* a, float* unused, float* unusedToo, long count)
    {
        Vector512<float> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        for (long i = 0; i < count; i += 64)
        {
            s0 += Vector512.Load(a + i);
            s1 += Vector512.Load(a + i + 16);
            s2 += Vector512.Load(a + i + 32);
            s3 += Vector512.Load(a + i + 48);
        }

        // The array holds zeros: the sum goes back into it, so that it is used.
        (s0 + s1 + s2 + s3).Store(a);
    }

    /// <summary>One vector type's part of the chains.</summary>
    private interface IChainOps<T>
    {
        static abstract T Constant(float value);

        static abstract T MultiplyAdd(T x, T factor, T term);

        static abstract float Sum(T x);
    }

    private readonly struct Wide : IChainOps<Vector512<float>>
    {
        public static Vector512<float> Constant(float value) => Vector512.Create(value);

        public static Vector512<float> MultiplyAdd(
            Vector512<float> x,
            Vector512<float> factor,
            Vector512<float> term
        ) => Vector512.FusedMultiplyAdd(x, factor, term);

        public static float Sum(Vector512<float> x) => Vector512.Sum(x);
    }

    private readonly struct Middle : IChainOps<Vector256<float>>
    {
        public static Vector256<float> Constant(float value) => Vector256.Create(value);

        public static Vector256<float> MultiplyAdd(
            Vector256<float> x,
            Vector256<float> factor,
            Vector256<float> term
        ) => Vector256.FusedMultiplyAdd(x, factor, term);

        public static float Sum(Vector256<float> x) => Vector256.Sum(x);
    }

    private readonly struct Narrow : IChainOps<Vector128<float>>
    {
        public static Vector128<float> Constant(float value) => Vector128.Create(value);

        public static Vector128<float> MultiplyAdd(
            Vector128<float> x,
            Vector128<float> factor,
            Vector128<float> term
        ) => Vector128.FusedMultiplyAdd(x, factor, term);

        public static float Sum(Vector128<float> x) => Vector128.Sum(x);
    }
}
