using System.Globalization;
using System.Runtime.CompilerServices;

namespace Descent.Numerics;

/// <summary>The work of one loop: a struct, so that the call inlines and nothing is allocated.</summary>
public interface IRangeBody
{
    /// <summary>Does the items from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    void Invoke(long start, long end);
}

/// <summary>Splits loops over the library's own threads.</summary>
/// <remarks>
/// <para>The calling thread works too and takes chunks like any other, so a loop never waits for a thread that has not
/// begun. Several threads may call at once; a call from inside a body runs on the spot. The borders of the chunks depend
/// on the count and the grain only, so results do not depend on the number of threads.</para>
/// <para>The number of threads is that of the processors, or what the environment variable <c>DESCENT_THREADS</c> says.</para>
/// </remarks>
public static class WorkSplitter
{
    /// <summary>The largest number of threads.</summary>
    public const int MaxThreads = 1024;

    [ThreadStatic]
    private static bool isInsideBody;

    private static int threads;

    /// <summary>The number of threads that share the work, the calling one included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 or more than <see cref="MaxThreads"/>.</exception>
    /// <exception cref="FormatException">The environment variable <c>DESCENT_THREADS</c> is no such number.</exception>
    public static int Threads
    {
        get => threads != 0 ? threads : Start();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxThreads);
            threads = value;
            WorkerPool.Resize(value - 1);
        }
    }

    /// <summary>Makes every loop of two chunks or more be shared by two threads at least: for the tests that prove that results do not depend on who works.</summary>
    internal static bool ForceSharing { get; set; }

    /// <summary>Calls the body for every chunk of <paramref name="grain"/> items; chunk borders depend on count and grain only.</summary>
    /// <remarks>Returns when all chunks are done. The first exception of a body is thrown here; chunks that nobody had begun by then are left out.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The grain is less than 1.</exception>
    public static void For<TBody>(long count, long grain, in TBody body)
        where TBody : struct, IRangeBody
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grain, 1);
        if (count <= grain)
        {
            if (count > 0)
            {
                body.Invoke(0, count);
            }
        }
        else if (isInsideBody || Threads == 1)
        {
            RunInline(count, grain, body);
        }
        else
        {
            isInsideBody = true;
            try
            {
                (Job<TBody>.Own ??= new Job<TBody>()).Run(count, grain, body);
            }
            finally
            {
                isInsideBody = false;
            }
        }
    }

    /// <summary>The number of threads that a setting asks for; the fallback when there is none.</summary>
    internal static int ParseThreads(string? setting, int fallback) =>
        string.IsNullOrWhiteSpace(setting) ? fallback
        : int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= 1 and <= MaxThreads
            ? number
        : throw new FormatException(
            $"The environment variable DESCENT_THREADS is '{setting}'; it must be a whole number from 1 to {MaxThreads}."
        );

    /// <summary>Marks the current thread as one that only runs bodies.</summary>
    internal static void EnterWorker() => isInsideBody = true;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Start() =>
        Threads = ParseThreads(
            Environment.GetEnvironmentVariable("DESCENT_THREADS"),
            Math.Min(Environment.ProcessorCount, MaxThreads)
        );

    private static void RunInline<TBody>(long count, long grain, in TBody body)
        where TBody : struct, IRangeBody
    {
        for (long start = 0; start < count; start += grain)
        {
            body.Invoke(start, Math.Min(count, start + grain));
        }
    }
}
