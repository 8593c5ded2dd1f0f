using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Descent.Layers;

namespace Descent.Tests.Training;

/// <summary>SHA-256 over the bits of tensors: equal only if every bit is.</summary>
internal static class Fingerprint
{
    public static string Of(Module module) => Of(module.StateDict().Values);

    public static string Of(params IEnumerable<Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors)
        {
            hash.AppendData(
                tensor.DType == DType.Float32
                    ? MemoryMarshal.AsBytes<float>(tensor.ToArray<float>())
                    : MemoryMarshal.AsBytes<double>(tensor.ToArray<double>())
            );
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
