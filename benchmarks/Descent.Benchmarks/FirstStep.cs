using System.Globalization;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Benchmarks;

/// <summary>The first training step of <c>nielsen_cnn</c> in a fresh process, as peer/first_step.py makes it.</summary>
internal static class FirstStep
{
    private const int Batch = 100;

    /// <summary>Makes the step and prints the line that ends the measurement from outside.</summary>
    public static void Run()
    {
        var network = TrainingWorkloads.Textbook(drops: true);
        var optimizer = new Sgd(network, 0.03);
        var images = Tensor.RandomUniform([Batch, 1, 28, 28], new RandomSource(7, "input"));
        var labels = Tensor.RandomUniform([Batch], new RandomSource(7, "labels"), 0, 10).To(DType.Int64);
        using var step = optimizer.BeginStep();
        var loss = step.Minimize(Loss.CrossEntropy(network.Forward(images), labels));
        // Written by hand: a serializer would be measured with the step.
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"name":"first_step","threads":{{WorkSplitter.Threads}},"loss":{{loss:0.#####}},"rss_mb":{{ResidentSet.PeakMegabytes()}}}"""
            )
        );
    }
}
