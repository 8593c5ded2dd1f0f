namespace Descent.Formats;

/// <summary>Numbers as they came out of a file, before they become a tensor.</summary>
/// <param name="DType">The type of the elements.</param>
/// <param name="Shape">Their sizes, row-major.</param>
/// <param name="Bytes">The elements in the machine's byte order; exactly as many bytes as type and shape need.</param>
internal readonly record struct RawArray(DType DType, Shape Shape, byte[] Bytes);
