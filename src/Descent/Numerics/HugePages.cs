using System.Runtime.InteropServices;

namespace Descent.Numerics;

/// <summary>Asks Linux for pages of 2 MB: the 4 KB pages that a training step touches are more than the processor remembers the places of.</summary>
/// <remarks>Advice only: where the system has no such pages, or no such call, the memory is what it was.</remarks>
internal static partial class HugePages
{
    /// <summary>The bytes of a large page; shorter memory stays in small ones.</summary>
    public const long Size = 2 << 20;

    // MADV_HUGEPAGE.
    private const int Advice = 14;

    // One call that fails says enough about the next ones.
    private static bool isMissing = !OperatingSystem.IsLinux();

    /// <summary>Where fresh memory of this length is to begin, so that large pages fit.</summary>
    public static long AlignmentOf(long size, long smallest) => size < Size || isMissing ? smallest : Size;

    /// <summary>Asks for large pages for fresh memory.</summary>
    public static void Advise(nint address, long size)
    {
        if (size < Size || isMissing)
        {
            return;
        }

        try
        {
            _ = Advise(address, (nuint)size, Advice);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            isMissing = true;
        }
    }

    // What it returns is of no use: refused advice changes nothing.
    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
