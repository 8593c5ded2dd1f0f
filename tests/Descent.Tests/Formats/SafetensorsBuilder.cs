using System.Buffers.Binary;
using System.Text;

namespace Descent.Tests.Formats;

/// <summary>Safetensors files put together by hand, right and wrong.</summary>
internal static class SafetensorsBuilder
{
    public static byte[] Build(string header, int dataLength = 0)
    {
        var json = Encoding.UTF8.GetBytes(header);
        return Build((ulong)json.Length, json, new byte[dataLength]);
    }

    public static byte[] Build(ulong length, byte[] json, byte[] data)
    {
        var file = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        json.CopyTo(file, 8);
        data.CopyTo(file, 8 + json.Length);
        return file;
    }
}
