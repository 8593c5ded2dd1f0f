// A convolutional network learns to read digits.
//   dotnet samples/first-network.cs             half a minute
//   dotnet samples/first-network.cs --quick     a few seconds
#:project ../src/Descent/Descent.csproj

using Descent.Data;
using Descent.Layers;
using Descent.Losses;
using Descent.Optimizers;
using Descent.Training;

var (samples, epochs) = args.Contains("--quick") ? (2_000, 2) : (30_000, 4);
var (training, validation, test) = Digits.GenerateSplits(samples, validation: 2_000, test: 5_000);

Sequential network =
[
    new Conv2d(1, 8, 5),
    new MaxPool2d(2),
    new Relu(),
    new Conv2d(8, 16, 5),
    new MaxPool2d(2),
    new Relu(),
    new Flatten(),
    new Linear(256, 64),
    new Relu(),
    new Linear(64, 10),
];
Console.WriteLine(network.Summary([1, 1, 28, 28]));

var loader = training.Loader(batchSize: 64, shuffle: true);
var optimizer = new Sgd(network, learningRate: 0.05, momentum: 0.9);
for (var epoch = 1; epoch <= epochs; epoch++)
{
    foreach (var (images, labels) in loader)
    {
        using var step = optimizer.BeginStep();
        var loss = Loss.CrossEntropy(network.Forward(images), labels);
        step.Minimize(loss);
    }

    var check = Evaluation.Of(network, validation.Loader(250), validation.ClassNames);
    Console.WriteLine($"epoch {epoch}: {check.Accuracy:P2} right, loss {check.Loss:F4}");
}

var result = Evaluation.Of(network, test.Loader(250), test.ClassNames);
Console.WriteLine($"\n{result.Accuracy:P2} of digits it never saw are read right\n\n{result.Confusion}");
