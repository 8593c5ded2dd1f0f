// The two-layer network of a well-known course, on CIFAR-10: one hidden layer, the mean picture taken off, a learning
// rate that falls each epoch, and a small search over hyperparameters. It prints the data of its plots as CSV.
//   dotnet samples/two-layer-net.cs             two minutes
//   dotnet samples/two-layer-net.cs --quick     a few seconds
// The pictures are read from the folder that DESCENT_SHARED_DATA names, or from shared/data above this one; without
// them it trains on generated pictures and says so. The course trains on 49,000; here there are 4,000.
#:project ../src/Descent/Descent.csproj

using System.Globalization;
using System.IO.Compression;
using Descent;
using Descent.Data;
using Descent.Layers;
using Descent.Losses;
using Descent.Optimizers;
using Descent.Training;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var isQuick = args.Contains("--quick");
string[] classes = ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

var (all, test) = ReadPictures() ?? Generate();
var validationCount = all.Count / 8;
var (training, validation) = (all[..^validationCount], all[^validationCount..]);
if (isQuick)
{
    (training, validation) = (training[..800], validation[..200]);
}

// The mean picture is that of the training set alone: nothing is learned from the others.
var mean = training.Images.To(DType.Float32).Mean(0, keepAxes: true);
Console.WriteLine($"{training.Count} training, {validation.Count} validation, {test.Count} test pictures");

// First the rates that the loss can stand, then a search around them.
const int BatchSize = 200;
var probe = Network(hidden: 50);
var curve = LearningRateFinder.Find(
    probe,
    new Sgd(probe, learningRate: 1, momentum: 0.9),
    Loader(),
    batch => LossOf(probe, batch, regularization: 0.25),
    lowest: 1e-6,
    highest: 1,
    steps: 60
);
Console.WriteLine();
Console.WriteLine("learning_rate,smoothed_loss");
foreach (var point in curve.Points.Where((_, i) => i % 5 == 0))
{
    Console.WriteLine($"{point.LearningRate:E2},{point.SmoothedLoss:F4}");
}

Console.WriteLine($"# the loss falls fastest at {curve.Suggestion:E1}");

var epochs = isQuick ? 3 : 25;
var runs = new List<Run>();
foreach (var hidden in (int[])[50, 150])
{
    foreach (var learningRate in isQuick ? (double[])[1e-3] : [1e-4, 5e-4, 1e-3])
    {
        foreach (var regularization in isQuick ? (double[])[0.25] : [0.25, 1])
        {
            runs.Add(Train(hidden, learningRate, regularization));
        }
    }
}

Console.WriteLine();
Console.WriteLine("hidden,learning_rate,regularization,training_accuracy,validation_accuracy");
foreach (var run in runs)
{
    Console.WriteLine(
        $"{run.Hidden},{run.LearningRate},{run.Regularization},{run.Training[^1]:F3},{run.Validation.Max():F3}"
    );
}

var best = runs.MaxBy(run => run.Validation.Max())!;
Console.WriteLine();
Console.WriteLine(
    $"# the best: {best.Hidden} hidden units, rate {best.LearningRate}, regularization {best.Regularization}"
);
Console.WriteLine("iteration,loss");
foreach (var (iteration, loss) in best.Losses.Index().Where(item => item.Index % (isQuick ? 2 : 10) == 0))
{
    Console.WriteLine($"{iteration},{loss:F4}");
}

Console.WriteLine();
Console.WriteLine("epoch,learning_rate,training_accuracy,validation_accuracy");
for (var epoch = 0; epoch < best.Training.Count; epoch++)
{
    var rate = best.LearningRate * Math.Pow(0.95, epoch);
    Console.WriteLine($"{epoch + 1},{rate:E2},{best.Training[epoch]:F3},{best.Validation[epoch]:F3}");
}

var tested = Evaluation.Of(best.Net, Centred(test), classes);
Console.WriteLine();
Console.WriteLine($"# test accuracy {tested.Accuracy:P1} of {test.Count} pictures it never saw; guessing gives 10 %");
Console.WriteLine(
    "# what it learned: the ten hidden units that the classes lean on most, and the mean colour of their weights"
);
Console.WriteLine("class,unit,weight,red,green,blue");
var (first, second) = ((Linear)best.Net[1], (Linear)best.Net[3]);
for (var label = 0; label < classes.Length; label++)
{
    var weights = second.Weight[label];
    var unit = (int)weights.ArgMax(0).ToScalar();
    var colours = first.Weight[unit].Reshape([3, 1024]).Sum(1).ToArray<float>();
    Console.WriteLine(
        $"{classes[label]},{unit},{weights[unit].ToScalar():F3},{string.Join(',', colours.Select(c => c.ToString("F3")))}"
    );
}

// relu(x W1 + b1) W2 + b2, the weights small as in the course.
Sequential Network(int hidden)
{
    var small = Initializers.Normal(0, 1e-4);
    Sequential net =
    [
        new Flatten(),
        new Linear(3 * 32 * 32, hidden, weightInitializer: small),
        new Relu(),
        new Linear(hidden, classes.Length, weightInitializer: small),
    ];
    net.Initialize(seed: 0);
    return net;
}

Tensor LossOf(Sequential net, (Tensor Images, Tensor Labels) batch, double regularization) =>
    Loss.CrossEntropy(net.Forward(batch.Images), batch.Labels) + Penalty.L2(regularization).Of(net);

Run Train(int hidden, double learningRate, double regularization)
{
    var (net, loader) = (Network(hidden), Loader());
    var optimizer = new Sgd(net, learningRate, momentum: 0.9)
    {
        Schedule = Schedule.Exponential(0.95).PerEpoch(loader.BatchCount),
    };
    var run = new Run(hidden, learningRate, regularization, net);
    var trainer = new Trainer<(Tensor Images, Tensor Labels)>(
        net,
        optimizer,
        batch =>
        {
            var loss = LossOf(net, batch, regularization);
            run.Losses.Add(loss.ToScalar());
            return loss;
        },
        cancellation =>
        {
            run.Training.Add(
                Evaluation.Of(net, Centred(training[..Math.Min(1000, training.Count)]), classes, cancellation).Accuracy
            );
            var evaluation = Evaluation.Of(net, Centred(validation), classes, cancellation);
            run.Validation.Add(evaluation.Accuracy);
            return evaluation;
        }
    )
    {
        Epochs = epochs,
    };
    trainer.Fit(loader);
    return run;
}

DataLoader<(Tensor Images, Tensor Labels)> Loader() =>
    new(training.Count, BatchSize, (samples, _) => Centre(training.Batch(samples)), shuffle: true, seed: 1);

IEnumerable<(Tensor, Tensor)> Centred(ImageDataset pictures) => pictures.Loader(500).Select(Centre);

// Batches come as numbers from 0 to 1 when the pictures are bytes; the course counts to 255.
(Tensor, Tensor) Centre((Tensor Images, Tensor Labels) batch) => (batch.Images * 255 - mean, batch.Labels);

(ImageDataset, ImageDataset)? ReadPictures()
{
    var folder = Environment.GetEnvironmentVariable("DESCENT_SHARED_DATA");
    for (
        var up = new DirectoryInfo(Environment.CurrentDirectory);
        up is not null && !Directory.Exists(folder);
        up = up.Parent
    )
    {
        folder = Path.Combine(up.FullName, "shared", "data");
    }

    var files = ((string[])["cifar10_train_first4000.bin.gz", "cifar10_test_first100.bin.gz"])
        .Select(name => Path.Combine(folder ?? "", "cifar10", name))
        .ToArray();
    if (!files.All(File.Exists))
    {
        return null;
    }

    Console.WriteLine(
        "CIFAR-10, exact pixels: the first 4,000 for training and validation, the first 100 of the test set"
    );
    return (Read(files[0]), Read(files[1]));
}

// A byte for the label, then the red, the green and the blue picture, row by row.
ImageDataset Read(string file)
{
    using var bytes = new MemoryStream();
    using (var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress))
    {
        packed.CopyTo(bytes);
    }

    const int Record = 1 + 3 * 32 * 32;
    var records = bytes.ToArray().Chunk(Record).ToArray();
    byte[] pixels = [.. records.SelectMany(record => record[1..])];
    long[] labels = [.. records.Select(record => (long)record[0])];
    return new ImageDataset(Tensor.From(pixels, [records.Length, 3, 32, 32]), Tensor.From(labels), classes);
}

// Coloured, framed digits: not CIFAR-10 and much easier, but of its shape.
(ImageDataset, ImageDataset) Generate()
{
    Console.WriteLine(
        "No CIFAR-10 here (set DESCENT_SHARED_DATA): generated digits of its shape, which are much easier"
    );
    return (Coloured(Digits.Generate(4_000)), Coloured(Digits.Generate(100, 0, Digits.Test)));

    ImageDataset Coloured(ImageDataset digits)
    {
        var padded = digits.Images.To(DType.Float32).Pad([(0, 0), (0, 0), (2, 2), (2, 2)]);
        var images = Tensor.Concat([padded, padded * 0.5, 255 - padded], axis: 1);
        return new ImageDataset(images.To(DType.UInt8), digits.Labels, classes);
    }
}

sealed record Run(int Hidden, double LearningRate, double Regularization, Sequential Net)
{
    public List<double> Losses { get; } = [];

    public List<double> Training { get; } = [];

    public List<double> Validation { get; } = [];
}
