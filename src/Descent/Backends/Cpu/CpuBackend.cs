using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The processor: every primitive in vectorised loops over the library's threads.</summary>
/// <remarks>
/// Results are functions of the shapes and values alone: neither the width of the vectors nor the number of threads nor
/// an element's place in memory changes a bit. Integer tensors run through the same loops one element at a time.
/// </remarks>
public sealed partial class CpuBackend : Backend
{
    private readonly int widthInBits;

    /// <summary>Makes a backend that uses the widest vectors of the machine.</summary>
    public CpuBackend()
        : this(Lanes.WidthInBits) { }

    /// <summary>Makes a backend with vectors of 512, 256 or 128 bits; any other width means one element at a time.</summary>
    internal CpuBackend(int widthInBits) => this.widthInBits = widthInBits;

    /// <inheritdoc/>
    public override string Name => "cpu";

    /// <inheritdoc/>
    protected internal override nint Acquire(long byteLength, bool comesBack) => BufferPool.Rent(byteLength, comesBack);

    /// <inheritdoc/>
    protected internal override void Release(nint address, long byteLength) => BufferPool.Return(address, byteLength);

    /// <summary>Runs a loop for the element type, floating point or integer, at this backend's width.</summary>
    private void Run<TLoop>(DType dtype, scoped in TLoop loop)
        where TLoop : struct, ILanesLoop, allows ref struct
    {
        switch (dtype)
        {
            case DType.Int64:
                loop.Run<IntegerLane<long>, long>();
                break;
            case DType.Int32:
                loop.Run<IntegerLane<int>, int>();
                break;
            default:
                RunFloating(dtype, loop);
                break;
        }
    }

    /// <summary>Runs a loop for float32 or float64 at this backend's width.</summary>
    private void RunFloating<TLoop>(DType dtype, scoped in TLoop loop)
        where TLoop : struct, ILanesLoop, allows ref struct
    {
        if (dtype == DType.Float32)
        {
            RunAtWidth<TLoop, float>(loop);
        }
        else if (dtype == DType.Float64)
        {
            RunAtWidth<TLoop, double>(loop);
        }
        else
        {
            throw new DTypeException(
                $"{dtype.Name()} tensors have no arithmetic. Convert with To(DType.Float32) first."
            );
        }
    }

    private void RunAtWidth<TLoop, TElement>(scoped in TLoop loop)
        where TLoop : struct, ILanesLoop, allows ref struct
        where TElement : unmanaged
    {
        switch (widthInBits)
        {
            case 512:
                loop.Run<Lanes512<TElement>, TElement>();
                break;
            case 256:
                loop.Run<Lanes256<TElement>, TElement>();
                break;
            case 128:
                loop.Run<Lanes128<TElement>, TElement>();
                break;
            default:
                loop.Run<Lane<TElement>, TElement>();
                break;
        }
    }
}

/// <summary>A loop written once for every element type and width.</summary>
internal interface ILanesLoop
{
    /// <summary>Runs it with the given lanes.</summary>
    void Run<T, TElement>()
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged;
}
