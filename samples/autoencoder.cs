// A network learns to squeeze digits into a few numbers and to draw them again; without labels. A second one also
// pays for every number that is not zero, and makes do with fewer of them.
//   dotnet samples/autoencoder.cs             half a minute
//   dotnet samples/autoencoder.cs --quick     a few seconds
#:project ../src/Descent/Descent.csproj

using System.Globalization;
using Descent;
using Descent.Data;
using Descent.Layers;
using Descent.Losses;
using Descent.Optimizers;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (samples, epochs) = args.Contains("--quick") ? (2_000, 3) : (20_000, 10);
var training = Digits.Generate(samples, seed: 1);
var test = Digits.Generate(1_000, seed: 1, Digits.Test);
var (unseen, _) = test.Batch([.. Enumerable.Range(0, test.Count)]);

var plain = Train("plain", penalty: null);
var sparse = Train("with an L1 penalty on the code", ActivityPenalty.L1(0.1));

var digit = unseen[..1];
Console.WriteLine("a digit that neither has seen, drawn again by the plain network and by the sparse one:");
string[][] pictures = [Lines(digit), Lines(plain.Forward(digit)), Lines(sparse.Forward(digit))];
for (var line = 0; line < pictures[0].Length; line++)
{
    Console.WriteLine(string.Join("    ", pictures.Select(picture => picture[line])).TrimEnd());
}

Autoencoder Train(string name, ActivityPenalty? penalty)
{
    Console.WriteLine($"{name}:");
    var model = new Autoencoder();
    model.Initialize(seed: 1);
    var optimizer = new Adam(model, learningRate: 0.002);
    var loader = training.Loader(batchSize: 50, shuffle: true);
    for (var epoch = 1; epoch <= epochs; epoch++)
    {
        foreach (var (images, _) in loader)
        {
            using var step = optimizer.BeginStep();
            var code = model.Encoder.Forward(images);
            var cost = Loss.QuadraticCost(model.Decoder.Forward(code), images.Flatten());
            step.Minimize(penalty is null ? cost : cost + penalty.Of(code));
        }

        var error = Loss.MeanSquaredError(model.Forward(unseen), unseen.Flatten()).ToScalar();
        var active = (model.Encoder.Forward(unseen) > 0.01).To(DType.Float32).Mean().ToScalar();
        Console.WriteLine(
            $"  epoch {epoch, 2}: error {error:F4} a pixel, {active * Autoencoder.CodeSize:F1} of {Autoencoder.CodeSize} numbers in use"
        );
    }

    Console.WriteLine();
    return model;
}

// Two rows of pixels a line.
static string[] Lines(Tensor picture)
{
    const string Ramp = " .:-=+*#%@";
    var pixels = picture.ToArray<float>();
    var lines = new string[Digits.Side / 2];
    for (var line = 0; line < lines.Length; line++)
    {
        var upper = pixels.AsSpan(2 * line * Digits.Side, Digits.Side);
        var lower = pixels.AsSpan((2 * line + 1) * Digits.Side, Digits.Side);
        var letters = new char[Digits.Side];
        for (var column = 0; column < letters.Length; column++)
        {
            letters[column] = Ramp[(int)((upper[column] + lower[column]) / 2 * (Ramp.Length - 1))];
        }

        lines[line] = new string(letters);
    }

    return lines;
}

sealed class Autoencoder : Module
{
    public const int CodeSize = 64;

    public Sequential Encoder { get; } = [new Flatten(), Dense(784, 128), new Relu(), Dense(128, CodeSize), new Relu()];

    public Sequential Decoder { get; } = [Dense(CodeSize, 128), new Relu(), new Linear(128, 784), new Sigmoid()];

    public Tensor Forward(Tensor images) => Decoder.Forward(Encoder.Forward(images));

    private static Linear Dense(int inFeatures, int outFeatures) =>
        new(inFeatures, outFeatures, weightInitializer: Initializers.HeNormal(), biasInitializer: Initializers.Zeros);
}
