using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Descent.Microbenchmarks;

/// <summary>Short runs inside this process, so that peaks and kernels are measured side by side.</summary>
internal sealed class KernelConfig : ManualConfig
{
    public KernelConfig()
    {
        AddJob(
            Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                .WithUnrollFactor(1)
                .WithEvaluateOverhead(false)
                .WithWarmupCount(3)
                .WithIterationCount(15)
                .WithIterationTime(TimeInterval.FromMilliseconds(50))
        );
        AddLogger(ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub);
        AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params);
        AddColumn(
            StatisticColumn.Median,
            StatisticColumn.Min,
            new WorkColumn(
                "GFLOP/s",
                "10⁹ multiplications and additions a second",
                (work, seconds) => work.Flops == 0 ? "-" : Work.Text(work.Flops / seconds / 1e9)
            ),
            new WorkColumn(
                "GB/s",
                "10⁹ bytes a second, each operand read or written once",
                (work, seconds) => Work.Text(work.Bytes / seconds / 1e9)
            ),
            new WorkColumn("Bound", "The machine's measured peak that limits the kernel", (work, _) => work.Bound),
            new WorkColumn(
                "% of bound",
                "The time that the bound allows, as a share of the median",
                (work, seconds) => Work.Text(100 * work.BoundSeconds / seconds)
            )
        );
        Orderer = new DefaultOrderer(SummaryOrderPolicy.Declared, MethodOrderPolicy.Declared);
        SummaryStyle = SummaryStyle.Default.WithMaxParameterColumnWidth(40);
    }
}
