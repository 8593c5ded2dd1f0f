using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>The maximum pool that networks use most, 2×2 with stride 2, on float32 planes at least 8 wide.</summary>
/// <remarks>Eight windows at a time, or four. The last step of a row moves back to end with the row; what it does again, it does with the same result.</remarks>
internal static unsafe class MaxPoolHalving
{
    public static bool IsSupported => EvenOdd.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in PoolGeometry geometry, float* x, float* y, byte* places)
    {
        var (width, outputs) = (geometry.Width, geometry.OutputWidth);
        for (var row = 0; row < geometry.OutputHeight; row++)
        {
            var first = 2 * row * width;
            if (outputs >= 8)
            {
                for (var column = 0; column < outputs; column += 8)
                {
                    var at = Math.Min(column, outputs - 8);
                    Eight(x + first + 2 * at, width, y + at, places == null ? null : places + at);
                }
            }
            else
            {
                for (var column = 0; column < outputs; column += 4)
                {
                    var at = Math.Min(column, outputs - 4);
                    Four(x + first + 2 * at, width, y + at, places == null ? null : places + at);
                }
            }

            y += outputs;
            places = places == null ? null : places + outputs;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in PoolGeometry geometry, float* dy, byte* places, float* dx)
    {
        var (width, outputs) = (geometry.Width, geometry.OutputWidth);
        for (var row = 0; row < geometry.OutputHeight; row++)
        {
            var first = 2 * row * width;
            if (outputs >= 8)
            {
                for (var column = 0; column < outputs; column += 8)
                {
                    var at = Math.Min(column, outputs - 8);
                    SpreadEight(dy + at, places + at, width, dx + first + 2 * at);
                }
            }
            else
            {
                for (var column = 0; column < outputs; column += 4)
                {
                    var at = Math.Min(column, outputs - 4);
                    SpreadFour(dy + at, places + at, width, dx + first + 2 * at);
                }
            }

            dy += outputs;
            places += outputs;
        }

        geometry.ClearUncovered(dx);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(float* x, int width, float* y, byte* places)
    {
        var (best, b) = EvenOdd.Split(Vector256.Load(x), Vector256.Load(x + 8));
        var (c, d) = EvenOdd.Split(Vector256.Load(x + width), Vector256.Load(x + width + 8));
        var at = Vector256<int>.Zero;
        Take(b, Vector256<int>.One, ref best, ref at);
        Take(c, Vector256.Create(2), ref best, ref at);
        Take(d, Vector256.Create(3), ref best, ref at);
        best.Store(y);
        if (places != null)
        {
            Store(at, places);
        }
    }

    /// <summary>A candidate wins if it is larger, or the first NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Take(
        Vector256<float> value,
        Vector256<int> place,
        ref Vector256<float> best,
        ref Vector256<int> at
    )
    {
        var wins = Vector256.AndNot(Vector256.Equals(best, best), Vector256.LessThanOrEqual(value, best));
        best = Vector256.ConditionalSelect(wins, value, best);
        at = Vector256.ConditionalSelect(wins.AsInt32(), place, at);
    }

    /// <summary>Writes eight places as bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<int> at, byte* places)
    {
        var narrow = Vector128.Narrow(at.GetLower(), at.GetUpper());
        *(ulong*)places = Vector128.Narrow(narrow, narrow).AsUInt64().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SpreadEight(float* dy, byte* places, int width, float* dx)
    {
        var gradient = Vector256.Load(dy);
        var at = Avx2.ConvertToVector256Int32(places);
        var a = gradient & Vector256.Equals(at, Vector256<int>.Zero).AsSingle();
        var b = gradient & Vector256.Equals(at, Vector256<int>.One).AsSingle();
        var c = gradient & Vector256.Equals(at, Vector256.Create(2)).AsSingle();
        var d = gradient & Vector256.Equals(at, Vector256.Create(3)).AsSingle();
        EvenOdd.Join(a, b, dx);
        EvenOdd.Join(c, d, dx + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(float* x, int width, float* y, byte* places)
    {
        var (best, b) = EvenOdd.Split(Vector128.Load(x), Vector128.Load(x + 4));
        var (c, d) = EvenOdd.Split(Vector128.Load(x + width), Vector128.Load(x + width + 4));
        var at = Vector128<int>.Zero;
        Take(b, Vector128<int>.One, ref best, ref at);
        Take(c, Vector128.Create(2), ref best, ref at);
        Take(d, Vector128.Create(3), ref best, ref at);
        best.Store(y);
        if (places != null)
        {
            *(uint*)places = Vector128.Narrow(Vector128.Narrow(at, at), Vector128<short>.Zero).AsUInt32().ToScalar();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(
        Vector128<float> value,
        Vector128<int> place,
        ref Vector128<float> best,
        ref Vector128<int> at
    )
    {
        var wins = Vector128.AndNot(Vector128.Equals(best, best), Vector128.LessThanOrEqual(value, best));
        best = Vector128.ConditionalSelect(wins, value, best);
        at = Vector128.ConditionalSelect(wins.AsInt32(), place, at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SpreadFour(float* dy, byte* places, int width, float* dx)
    {
        var gradient = Vector128.Load(dy);
        var at = Sse41.ConvertToVector128Int32(places);
        var a = gradient & Vector128.Equals(at, Vector128<int>.Zero).AsSingle();
        var b = gradient & Vector128.Equals(at, Vector128<int>.One).AsSingle();
        var c = gradient & Vector128.Equals(at, Vector128.Create(2)).AsSingle();
        var d = gradient & Vector128.Equals(at, Vector128.Create(3)).AsSingle();
        EvenOdd.Join(a, b, dx);
        EvenOdd.Join(c, d, dx + width);
    }
}
