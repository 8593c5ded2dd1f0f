using System.Globalization;
using Descent.Benchmarks;
using Descent.Data;
using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Training;

/// <summary>A steady training loop allocates next to nothing and keeps a flat resident set, without any Dispose but the step's.</summary>
[Collection(nameof(AloneCollection))]
public class SteadyMemoryTests(ITestOutputHelper output)
{
    private const long AllocationPerStep = 16 * 1024;
    private const long AllocationPerRecurrentStep = 64 * 1024;

    // What is held moves by a few batches without growing.
    private const long Slack = 8 << 20;
    private const long ScratchSlack = 1 << 20;

    [Fact]
    public void A_small_loop_stays_flat()
    {
        Sequential network =
        [
            new Conv2d(1, 6, 5),
            new BatchNorm2d(6),
            new Relu(),
            new MaxPool2d(2),
            new Conv2d(6, 10, 5),
            new Relu(),
            new MaxPool2d(2),
            new Flatten(),
            new Dropout(0.5),
            new Linear(160, 50),
            new Relu(),
            new Linear(50, 10),
        ];
        AssertFlat(Measure(network, new Adam(network), samples: 1000, batch: 50, warm: 300, end: 700));
    }

    [Theory]
    [InlineData("mlp_sgd_b10", 1)]
    [InlineData("mlp_sgd_b10", 2)]
    [InlineData("bank_mlp", 1)]
    [InlineData("bank_mlp", 2)]
    [InlineData("book_mnist_cnn", 1)]
    [InlineData("book_mnist_cnn", 2)]
    public void A_network_of_the_benchmarks_is_steady_from_step_20(string name, int threads) =>
        AssertSteadyWorkload(name, threads, end: 120, AllocationPerStep);

    [Theory]
    [InlineData("lstm_many_to_one", 1)]
    [InlineData("gru_many_to_one", 2)]
    [InlineData("rnn_tanh", 1)]
    [InlineData("lstm_bidir", 2)]
    public void A_recurrent_network_is_steady_from_step_20(string name, int threads) =>
        AssertSteadyWorkload(name, threads, end: 35, AllocationPerRecurrentStep);

    // No step gives its memory back: finalizers do, when the runtime comes to them, and the pool waits for that bound.
    [Fact]
    public void A_recurrent_network_that_predicts_is_steady_from_pass_20() =>
        AssertSteadyWorkload(
            "lstm_infer",
            threads: 1,
            end: 60,
            AllocationPerRecurrentStep,
            4 * BufferPool.CollectionBudget
        );

    private void AssertSteadyWorkload(string name, int threads, int end, long mostAllocated, long poolSlack = 0)
    {
        const int warm = 20;
        var threadsBefore = WorkSplitter.Threads;
        WorkSplitter.Threads = threads;
        try
        {
            var workload = Workloads.All[name](null);
            var done = 0;
            var found = Measure(
                until =>
                {
                    for (; done < until; done++)
                    {
                        workload.Step();
                    }
                },
                warm,
                end
            );

            // A second thread may come by its first scratch memory late.
            AssertSteady(found, poolSlack + (threads == 1 ? 0 : ScratchSlack), mostAllocated);
        }
        finally
        {
            WorkSplitter.Threads = threadsBefore;
        }
    }

    /// <summary>The network of the project's main example, at full length: run with <c>--explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public void The_network_for_digits_stays_flat_to_step_2000()
    {
        Sequential network =
        [
            new Conv2d(1, 20, 5),
            new Relu(),
            new MaxPool2d(2),
            new Conv2d(20, 40, 5),
            new Relu(),
            new MaxPool2d(2),
            new Flatten(),
            new Dropout(0.5),
            new Linear(640, 1000),
            new Relu(),
            new Dropout(0.5),
            new Linear(1000, 1000),
            new Relu(),
            new Dropout(0.5),
            new Linear(1000, 10),
        ];
        var optimizer = new Sgd(network, 0.03, momentum: 0.9);
        AssertFlat(Measure(network, optimizer, samples: 10_000, batch: 100, warm: 200, end: 2000));
    }

    private void AssertFlat(Figures found)
    {
        AssertSteady(found, Slack);
        Assert.True(found.ResidentAtEnd <= found.ResidentWarm + Slack, found.ToString());
    }

    private void AssertSteady(Figures found, long poolSlack, long mostAllocated = AllocationPerStep)
    {
        output.WriteLine(found.ToString());
        Assert.True(found.AllocatedPerStep <= mostAllocated, found.ToString());
        Assert.True(found.PoolAtEnd <= found.PoolWarm + poolSlack, found.ToString());
    }

    private static Figures Measure(Sequential network, Optimizer optimizer, int samples, int batch, int warm, int end)
    {
        network.Initialize(1);
        var loader = Digits.Generate(samples).Loader(batch, shuffle: true);
        return Measure(until => Train(network, optimizer, loader, until), warm, end);
    }

    /// <summary>What is held at one step and at a later one, and what is allocated between.</summary>
    /// <param name="trainTo">Goes on until so many steps have been made in all.</param>
    /// <param name="warm">The first step.</param>
    /// <param name="end">The later one.</param>
    private static Figures Measure(Action<int> trainTo, int warm, int end)
    {
        trainTo(warm);
        var (poolWarm, residentWarm) = (BufferPool.Statistics.BytesHeld, Resident());
        var (onThread, inAll) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalAllocatedBytes(precise: true));
        trainTo(end);
        onThread = GC.GetAllocatedBytesForCurrentThread() - onThread;
        inAll = GC.GetTotalAllocatedBytes(precise: true) - inAll;
        return new Figures(
            onThread / (end - warm),
            inAll / (end - warm),
            poolWarm,
            BufferPool.Statistics.BytesHeld,
            residentWarm,
            Resident()
        );

        // Without the garbage that the runtime happens not to have collected yet, which is no growth.
        static long Resident()
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            return Environment.WorkingSet;
        }
    }

    private static void Train(
        Sequential network,
        Optimizer optimizer,
        DataLoader<(Tensor Images, Tensor Labels)> loader,
        int end
    )
    {
        while (optimizer.StepNumber < end)
        {
            foreach (var (images, labels) in loader)
            {
                using var step = optimizer.BeginStep();
                step.Minimize(Loss.CrossEntropy(network.Forward(images), labels));
                if (optimizer.StepNumber == end)
                {
                    break;
                }
            }
        }
    }

    private sealed record Figures(
        long AllocatedOnThreadPerStep,
        long AllocatedPerStep,
        long PoolWarm,
        long PoolAtEnd,
        long ResidentWarm,
        long ResidentAtEnd
    )
    {
        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                allocated a step: {AllocatedOnThreadPerStep} B on the training thread, {AllocatedPerStep} B in all;
                buffer pool: {PoolWarm / 1e6:0.0} MB when warm, {PoolAtEnd / 1e6:0.0} MB at the end;
                resident: {ResidentWarm / 1e6:0.0} MB when warm, {ResidentAtEnd / 1e6:0.0} MB at the end
                """
            );
    }
}
