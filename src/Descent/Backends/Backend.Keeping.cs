using System.Runtime.CompilerServices;

namespace Descent.Backends;

// To the garbage collector a storage is dead once its address was taken (decision 8): here it is used once more. Compiled
// into the caller, of which nothing is left but the order.
public abstract partial class Backend
{
    /// <summary>Keeps what a work needs alive until here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(
        object? a,
        object? b = null,
        object? c = null,
        object? d = null,
        object? e = null,
        object? f = null,
        object? g = null,
        object? h = null,
        object? i = null,
        object? j = null
    )
    {
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(c);
        GC.KeepAlive(d);
        GC.KeepAlive(e);
        GC.KeepAlive(f);
        GC.KeepAlive(g);
        GC.KeepAlive(h);
        GC.KeepAlive(i);
        GC.KeepAlive(j);
    }

    /// <summary>The result of a work, when all that it needs was alive until its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Kept(
        bool result,
        object? a,
        object? b = null,
        object? c = null,
        object? d = null,
        object? e = null,
        object? f = null,
        object? g = null,
        object? h = null,
        object? i = null,
        object? j = null
    )
    {
        Keep(a, b, c, d, e, f, g, h, i, j);
        return result;
    }
}
