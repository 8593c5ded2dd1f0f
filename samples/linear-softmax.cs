#:project ../src/Descent/Descent.csproj

// How far does a linear classifier get on the synthetic digits? One matrix, one bias, softmax and cross-entropy.
// It stays well behind a convolutional network: the digits are not trivial.
//
//   dotnet samples/linear-softmax.cs            60,000 digits, ten epochs
//   dotnet samples/linear-softmax.cs --quick    a small share of that

using System.Globalization;
using Descent.Data;
using Descent.Layers;
using Descent.Losses;
using Descent.Optimizers;
using Descent.Training;

var isQuick = args.Contains("--quick");
var (samples, epochs) = isQuick ? (5_000, 2) : (60_000, 10);

var training = Digits.Generate(samples, seed: 1);
var test = Digits.Generate(isQuick ? 1_000 : 10_000, seed: 1, Digits.Test);

Sequential net = [new Flatten(), new Linear(28 * 28, 10)];
net.Initialize(seed: 1);
var optimizer = new Adam(net, learningRate: 0.002);
var loader = training.Loader(batchSize: 100, shuffle: true, seed: 1);
optimizer.Schedule = Schedule.Exponential(0.8).PerEpoch(loader.BatchCount);

for (var epoch = 1; epoch <= epochs; epoch++)
{
    foreach (var (images, labels) in loader)
    {
        using var step = optimizer.BeginStep();
        step.Minimize(Loss.CrossEntropy(net.Forward(images), labels));
    }

    var result = Evaluation.Of(net, test.Loader(500), test.ClassNames);
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch, 2}: {result.Accuracy:P2} of {test.Count:N0} unseen digits, loss {result.Loss:F4}"
        )
    );
}
