using System.Runtime.InteropServices;

namespace Descent.Formats;

/// <summary>The element types of safetensors files that we read, by the format's names.</summary>
internal enum SafetensorsType
{
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    U8,
    BOOL,
}

/// <summary>What each stored type is in memory.</summary>
internal static class SafetensorsTypes
{
    /// <summary>The names that are understood, for messages.</summary>
    public static string Known { get; } = string.Join(", ", Enum.GetNames<SafetensorsType>());

    /// <summary>The type of a name; null when it is unknown.</summary>
    public static SafetensorsType? Find(string name)
    {
        foreach (var type in Enum.GetValues<SafetensorsType>())
        {
            if (type.ToString() == name)
            {
                return type;
            }
        }

        return null;
    }

    /// <summary>The stored type that keeps an element type as it is.</summary>
    public static SafetensorsType For(DType dtype) =>
        dtype switch
        {
            DType.Float64 => SafetensorsType.F64,
            DType.Float32 => SafetensorsType.F32,
            DType.Int64 => SafetensorsType.I64,
            DType.Int32 => SafetensorsType.I32,
            DType.UInt8 => SafetensorsType.U8,
            _ => SafetensorsType.BOOL,
        };

    /// <summary>The element type after reading; half precision widens to float32.</summary>
    public static DType ReadsAs(this SafetensorsType type) =>
        type switch
        {
            SafetensorsType.F64 => DType.Float64,
            SafetensorsType.I64 => DType.Int64,
            SafetensorsType.I32 => DType.Int32,
            SafetensorsType.U8 => DType.UInt8,
            SafetensorsType.BOOL => DType.Bool,
            _ => DType.Float32,
        };

    /// <summary>Bytes an element takes in the file.</summary>
    public static int ByteSize(this SafetensorsType type) =>
        type switch
        {
            SafetensorsType.F64 or SafetensorsType.I64 => 8,
            SafetensorsType.F32 or SafetensorsType.I32 => 4,
            SafetensorsType.F16 or SafetensorsType.BF16 => 2,
            _ => 1,
        };

    /// <summary>Widens half-precision numbers; exact.</summary>
    public static void Widen(SafetensorsType type, ReadOnlySpan<byte> stored, Span<float> wide)
    {
        if (type == SafetensorsType.F16)
        {
            var halves = MemoryMarshal.Cast<byte, Half>(stored);
            for (var i = 0; i < wide.Length; i++)
            {
                wide[i] = (float)halves[i];
            }
        }
        else
        {
            // A bfloat16 number is the upper half of a float32.
            var halves = MemoryMarshal.Cast<byte, ushort>(stored);
            for (var i = 0; i < wide.Length; i++)
            {
                wide[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
            }
        }
    }
}
