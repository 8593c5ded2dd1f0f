using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Numerics;

/// <summary>A loop written once for every width: a struct, so that the call inlines.</summary>
/// <typeparam name="TElement">The element in memory, <see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ILanesBody<TElement>
    where TElement : unmanaged
{
    /// <summary>Runs the loop with the given lanes.</summary>
    void Invoke<T>()
        where T : struct, IMemoryLanes<T, TElement>;
}

/// <summary>Chooses the widest lanes that the machine runs at full speed.</summary>
public static class Lanes
{
    /// <summary>The width of the vectors in bits: 512, 256 or 128.</summary>
    public static int WidthInBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get =>
            Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : 128;
    }

    /// <summary>Runs a loop body at the widest width; the choice is a constant to the compiler.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TBody, TElement>(in TBody body)
        where TBody : struct, ILanesBody<TElement>
        where TElement : unmanaged
    {
        if (Vector512.IsHardwareAccelerated)
        {
            body.Invoke<Lanes512<TElement>>();
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            body.Invoke<Lanes256<TElement>>();
        }
        else
        {
            body.Invoke<Lanes128<TElement>>();
        }
    }
}
