using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Sums of a vector's numbers times those of rows that lie in memory one after another, a row a lane.</summary>
/// <remarks>
/// <code>
///    a0 a1 a2 a3      turned     a0 b0 … h0 · x[0]
///    b0 b1 b2 b3      in         a1 b1 … h1 · x[1]    one after another to the same eight sums,
///      …              registers  a2 b2 … h2 · x[2]    by fused multiply-adds
///    h0 h1 h2 h3        →        a3 b3 … h3 · x[3]
/// </code>
/// </remarks>
internal static unsafe class VectorSums
{
    /// <summary>Rows of a vector of sums.</summary>
    public const int Lanes = 8;

    /// <summary>Vectors that are made side by side.</summary>
    public const int Chains = 4;

    /// <summary>Rows that are taken together.</summary>
    public const int Outputs = Chains * Lanes;

    /// <summary>Elements of a step: a line of the cache.</summary>
    public const int Line = 16;

    /// <summary>Whether there are such sums for an element type on this machine.</summary>
    public static bool Support<TElement>() => typeof(TElement) == typeof(float) && Avx.IsSupported;

    /// <summary>sums[i] = Σ x[k] · w[i, k] for 8 to 32 rows.</summary>
    public static void Run(float* w, long row, int count, float* x, int depth, float* sums)
    {
        var all = stackalloc float[Outputs];
        var last = count - Lanes;
        var second = w + Math.Min(Lanes, last) * row;
        var third = w + Math.Min(2 * Lanes, last) * row;
        var fourth = w + Math.Min(3 * Lanes, last) * row;
        Add(w, second, third, fourth, row, x, 0, depth, default, all);

        // The last eight begin earlier where there are fewer, and come out the same twice.
        for (var output = 0; output < count; output += Lanes)
        {
            Vector256.Load(all + output).Store(sums + Math.Min(output, last));
        }
    }

    /// <summary>Four times eight sums over a depth, from zero: of rows from w0, w1, w2 and w3 on, where x begins a step later for each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Add(
        float* w0,
        float* w1,
        float* w2,
        float* w3,
        long row,
        float* x,
        int step,
        int depth,
        RowsAhead ahead,
        float* sums
    )
    {
        var sum0 = Vector256<float>.Zero;
        var sum1 = Vector256<float>.Zero;
        var sum2 = Vector256<float>.Zero;
        var sum3 = Vector256<float>.Zero;
        var k = 0;
        for (; k + Line <= depth; k += Line)
        {
            ahead.Ask();
            sum0 = Sixteen(w0 + k, row, x + k, sum0);
            sum1 = Sixteen(w1 + k, row, x + k + step, sum1);
            sum2 = Sixteen(w2 + k, row, x + k + 2 * step, sum2);
            sum3 = Sixteen(w3 + k, row, x + k + 3 * step, sum3);
        }

        sum0.Store(sums);
        sum1.Store(sums + Lanes);
        sum2.Store(sums + 2 * Lanes);
        sum3.Store(sums + 3 * Lanes);
        for (; k < depth; k++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                var from = k + lane * row;
                sums[lane] = float.FusedMultiplyAdd(w0[from], x[k], sums[lane]);
                sums[Lanes + lane] = float.FusedMultiplyAdd(w1[from], x[k + step], sums[Lanes + lane]);
                sums[2 * Lanes + lane] = float.FusedMultiplyAdd(w2[from], x[k + 2 * step], sums[2 * Lanes + lane]);
                sums[3 * Lanes + lane] = float.FusedMultiplyAdd(w3[from], x[k + 3 * step], sums[3 * Lanes + lane]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Sixteen(float* from, long row, float* x, Vector256<float> sum)
    {
        sum = Four(from, row, x, sum);
        sum = Four(from + 4, row, x + 4, sum);
        sum = Four(from + 8, row, x + 8, sum);
        return Four(from + 12, row, x + 12, sum);
    }

    // Four numbers of eight rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Four(float* from, long row, float* x, Vector256<float> sum)
    {
        var lower = from + 4 * row;
        var r0 = Pair(from, lower);
        var r1 = Pair(from + row, lower + row);
        var r2 = Pair(from + 2 * row, lower + 2 * row);
        var r3 = Pair(from + 3 * row, lower + 3 * row);
        var p0 = Avx.UnpackLow(r0, r1);
        var p1 = Avx.UnpackHigh(r0, r1);
        var p2 = Avx.UnpackLow(r2, r3);
        var p3 = Avx.UnpackHigh(r2, r3);
        sum = Vector256.FusedMultiplyAdd(Vector256.Create(x[0]), Avx.Shuffle(p0, p2, 0x44), sum);
        sum = Vector256.FusedMultiplyAdd(Vector256.Create(x[1]), Avx.Shuffle(p0, p2, 0xEE), sum);
        sum = Vector256.FusedMultiplyAdd(Vector256.Create(x[2]), Avx.Shuffle(p1, p3, 0x44), sum);
        return Vector256.FusedMultiplyAdd(Vector256.Create(x[3]), Avx.Shuffle(p1, p3, 0xEE), sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pair(float* lower, float* upper) =>
        Vector256.Create(Vector128.Load(lower), Vector128.Load(upper));
}

/// <summary>What memory is asked for: a piece of eight rows, row by row, an equal share at each step of a block of the depth.</summary>
internal unsafe struct RowsAhead(float* first, long row, long length)
{
    // A third of a row at each of the 24 steps.
    private readonly long share = length / 3;
    private readonly long toNextRow = row - length / 3 * 3;
    private float* next = first;
    private int thirds;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ask()
    {
        for (long done = 0; done < share; done += VectorSums.Line)
        {
            Sse.Prefetch1(next + done);
        }

        next += share;
        if (++thirds == 3)
        {
            next += toNextRow;
            thirds = 0;
        }
    }
}
