using Descent.Backends;
using Descent.Backends.Cpu;
using Descent.Backends.Reference;

namespace Descent;

/// <summary>Where a tensor's elements live and its operations run.</summary>
public sealed class Device
{
    /// <summary>Makes a device of a backend: how another assembly adds one.</summary>
    public Device(Backend backend) => Backend = backend;

    /// <summary>The processor, with vector instructions and all of <see cref="Numerics.WorkSplitter.Threads"/>: the device that tensors are made on.</summary>
    public static Device Cpu { get; } = new(new CpuBackend());

    /// <summary>The referee: the same operations in plain double-precision loops, slow and easy to check.</summary>
    public static Device Reference { get; } = new(new ReferenceBackend());

    /// <summary>The name that people read: <c>cpu</c>, <c>reference</c>.</summary>
    public string Name => Backend.Name;

    /// <summary>What does the work.</summary>
    public Backend Backend { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
