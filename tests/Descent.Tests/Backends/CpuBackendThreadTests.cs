using Descent.Backends.Cpu;
using Descent.Numerics;

namespace Descent.Tests.Backends;

/// <summary>Every primitive of the CPU backend at several numbers of threads, each loop forced to be shared.</summary>
[Collection("Threads")]
public class CpuBackendThreadTests
{
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void EveryNumberOfThreadsGivesTheSameBits(DType dtype)
    {
        var threads = WorkSplitter.Threads;
        try
        {
            foreach (var test in CpuBackendTests.CasesFor(dtype))
            {
                WorkSplitter.Threads = 1;
                var expected = CpuBackendTests.Results(test, new CpuBackend(), dtype, Layout.Contiguous);
                WorkSplitter.ForceSharing = true;
                foreach (var number in new[] { 2, 3, 8 })
                {
                    WorkSplitter.Threads = number;
                    CpuBackendTests.AssertClose(
                        test.Name,
                        expected,
                        CpuBackendTests.Results(test, new CpuBackend(), dtype, Layout.Contiguous),
                        0
                    );
                }

                WorkSplitter.ForceSharing = false;
            }
        }
        finally
        {
            WorkSplitter.ForceSharing = false;
            WorkSplitter.Threads = threads;
        }
    }
}
