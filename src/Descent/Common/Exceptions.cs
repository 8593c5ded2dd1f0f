namespace Descent;

/// <summary>Shapes do not fit each other or the operation.</summary>
public sealed class ShapeException(string message) : ArgumentException(message);

/// <summary>Element types do not fit each other or the operation.</summary>
public sealed class DTypeException(string message) : ArgumentException(message);

/// <summary>A tensor made inside a training step was used after the step ended and its memory was recycled.</summary>
public sealed class RecycledTensorException(string message) : InvalidOperationException(message);

/// <summary>A training step was used out of order: opened twice, minimised twice, or used after its end.</summary>
public sealed class StepException(string message) : InvalidOperationException(message);

/// <summary>A loss or a gradient is infinite or not a number; the step was refused and nothing changed.</summary>
public sealed class NonFiniteException(string message) : ArithmeticException(message);

/// <summary>A saved state does not fit the object that loads it: entries missing, left over, or of another shape.</summary>
public sealed class StateMismatchException(string message) : InvalidOperationException(message);

/// <summary>A file breaks its format's rules.</summary>
/// <param name="path">The file, or a name for the stream.</param>
/// <param name="offset">Where in the file, in bytes from its start; −1 when no single place is at fault.</param>
/// <param name="problem">What was found and what was expected.</param>
public sealed class InvalidFileException(string path, long offset, string problem)
    : IOException(offset < 0 ? $"{path}: {problem}" : $"{path}, byte {offset}: {problem}")
{
    /// <summary>The file, or a name for the stream.</summary>
    public string Path { get; } = path;

    /// <summary>Where in the file, in bytes from its start; −1 when no single place is at fault.</summary>
    public long Offset { get; } = offset;
}
