using Descent.Numerics;

namespace Descent.Tests.Backends.Cpu;

/// <summary>Runs a computation with several numbers of threads that really share the work, and compares the bits.</summary>
internal static class Sharing
{
    public static void ChangesNoBit(Func<byte[]> run)
    {
        var threads = WorkSplitter.Threads;
        try
        {
            WorkSplitter.Threads = 1;
            var alone = run();
            WorkSplitter.ForceSharing = true;
            foreach (var count in new[] { 2, 3, 8 })
            {
                WorkSplitter.Threads = count;
                Assert.Equal(alone, run());
            }
        }
        finally
        {
            WorkSplitter.ForceSharing = false;
            WorkSplitter.Threads = threads;
        }
    }
}

/// <summary>Tests that set the number of threads run alone.</summary>
[CollectionDefinition(nameof(Sharing), DisableParallelization = true)]
public sealed class SharingCollection;
