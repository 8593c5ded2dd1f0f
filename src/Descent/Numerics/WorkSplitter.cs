namespace Descent.Numerics;

/// <summary>The work of one loop: a struct, so that the call inlines and nothing is allocated.</summary>
public interface IRangeBody
{
    /// <summary>Does the items from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    void Invoke(long start, long end);
}

/// <summary>Splits loops over the library's own threads.</summary>
public static class WorkSplitter
{
    /// <summary>The number of threads that share the work, the calling one included.</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Calls the body for every chunk of <paramref name="grain"/> items; chunk borders depend on count and grain only.</summary>
    public static void For<TBody>(long count, long grain, in TBody body)
        where TBody : struct, IRangeBody
    {
        for (long start = 0; start < count; start += grain)
        {
            body.Invoke(start, Math.Min(count, start + grain));
        }
    }
}
