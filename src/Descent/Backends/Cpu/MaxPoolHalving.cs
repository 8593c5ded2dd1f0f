using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Backends.Cpu;

/// <summary>The maximum pool that networks use most, 2×2 with stride 2, on float32 planes at least 8 wide.</summary>
/// <remarks>Eight windows at a time, or four. The last step of a row moves back to end with the row; what it does again, it does with the same result.</remarks>
internal static unsafe class MaxPoolHalving
{
    public static bool IsSupported => EvenOdd.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in PoolGeometry geometry, float* x, float* y, int* places)
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
                    Eight(x + first + 2 * at, width, first + 2 * at, y + at, places == null ? null : places + at);
                }
            }
            else
            {
                for (var column = 0; column < outputs; column += 4)
                {
                    var at = Math.Min(column, outputs - 4);
                    Four(x + first + 2 * at, width, first + 2 * at, y + at, places == null ? null : places + at);
                }
            }

            y += outputs;
            places = places == null ? null : places + outputs;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in PoolGeometry geometry, float* dy, int* places, float* dx)
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
                    SpreadEight(dy + at, places + at, first + 2 * at, width, dx + first + 2 * at);
                }
            }
            else
            {
                for (var column = 0; column < outputs; column += 4)
                {
                    var at = Math.Min(column, outputs - 4);
                    SpreadFour(dy + at, places + at, first + 2 * at, width, dx + first + 2 * at);
                }
            }

            dy += outputs;
            places += outputs;
        }

        geometry.ClearUncovered(dx);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(float* x, int width, int place, float* y, int* places)
    {
        var (best, b) = EvenOdd.Split(Vector256.Load(x), Vector256.Load(x + 8));
        var (c, d) = EvenOdd.Split(Vector256.Load(x + width), Vector256.Load(x + width + 8));
        var first = Vector256.Create(place) + (Vector256<int>.Indices << 1);
        var at = first;
        Take(b, first + Vector256<int>.One, ref best, ref at);
        Take(c, first + Vector256.Create(width), ref best, ref at);
        Take(d, first + Vector256.Create(width + 1), ref best, ref at);
        best.Store(y);
        if (places != null)
        {
            at.Store(places);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SpreadEight(float* dy, int* places, int place, int width, float* dx)
    {
        var gradient = Vector256.Load(dy);
        var at = Vector256.Load(places) - (Vector256.Create(place) + (Vector256<int>.Indices << 1));
        var a = gradient & Vector256.Equals(at, Vector256<int>.Zero).AsSingle();
        var b = gradient & Vector256.Equals(at, Vector256<int>.One).AsSingle();
        var c = gradient & Vector256.Equals(at, Vector256.Create(width)).AsSingle();
        var d = gradient & Vector256.Equals(at, Vector256.Create(width + 1)).AsSingle();
        EvenOdd.Join(a, b, dx);
        EvenOdd.Join(c, d, dx + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(float* x, int width, int place, float* y, int* places)
    {
        var (best, b) = EvenOdd.Split(Vector128.Load(x), Vector128.Load(x + 4));
        var (c, d) = EvenOdd.Split(Vector128.Load(x + width), Vector128.Load(x + width + 4));
        var first = Vector128.Create(place) + (Vector128<int>.Indices << 1);
        var at = first;
        Take(b, first + Vector128<int>.One, ref best, ref at);
        Take(c, first + Vector128.Create(width), ref best, ref at);
        Take(d, first + Vector128.Create(width + 1), ref best, ref at);
        best.Store(y);
        if (places != null)
        {
            at.Store(places);
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
    private static void SpreadFour(float* dy, int* places, int place, int width, float* dx)
    {
        var gradient = Vector128.Load(dy);
        var at = Vector128.Load(places) - (Vector128.Create(place) + (Vector128<int>.Indices << 1));
        var a = gradient & Vector128.Equals(at, Vector128<int>.Zero).AsSingle();
        var b = gradient & Vector128.Equals(at, Vector128<int>.One).AsSingle();
        var c = gradient & Vector128.Equals(at, Vector128.Create(width)).AsSingle();
        var d = gradient & Vector128.Equals(at, Vector128.Create(width + 1)).AsSingle();
        EvenOdd.Join(a, b, dx);
        EvenOdd.Join(c, d, dx + width);
    }
}
