#:project ../src/Descent/Descent.csproj

// A softmax over 22,000 classes multiplies every sample with 22,000 rows to learn from one label. A tree over the classes
// asks some 15 questions instead: left or right? Both learn words from vectors made here: each of 200 topics has a center
// and 110 words of its own, of which the first is the most frequent, the second half as frequent, and so on.
// The words of a topic are neighbours in the tree and share its upper questions, so it also needs fewer samples; a tree
// over words in no order would be as fast and learn less.
//
//   dotnet samples/hierarchical-softmax.cs            1,000 steps each
//   dotnet samples/hierarchical-softmax.cs --quick    150 steps each

using System.Diagnostics;
using System.Globalization;
using Descent;
using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

const int Topics = 200,
    WordsOfTopic = 110,
    Words = Topics * WordsOfTopic,
    Features = 128,
    BatchSize = 64;
var isQuick = args.Contains("--quick");
var steps = isQuick ? 150 : 1_000;

var shares = Enumerable.Range(1, WordsOfTopic).Select(rank => 1.0 / rank).ToArray();
var total = shares.Sum();
var entropy = -shares.Sum(share => share / total * Math.Log(share / total));
var centers = Tensor.RandomNormal([Topics, Features], new RandomSource(1, "centers"));
var test = Batch(-1, 2_000);

var flat = new Linear(Features, Words);
var tree = new HierarchicalSoftmax(Features, Words);
Print($"{Words:N0} classes, {tree.Tree.Depth} questions to a class, {BatchSize} samples a step");

var flatTime = Train("full softmax", flat, learningRate: 1, (x, words) => Loss.CrossEntropy(flat.Forward(x), words));
var treeTime = Train("hierarchical softmax", tree, learningRate: 0.2, tree.Loss);
Print($"a step of the hierarchical softmax is {flatTime / treeTime:F0} times faster");

var sums = tree.Forward(test.X).Exp().Sum(1);
var error = Math.Max(sums.Max().ToScalar() - 1, 1 - sums.Min().ToScalar());
Print($"its {Words:N0} probabilities add up to 1 within {error:0.0e+0}");

var flatLoss = Loss.CrossEntropy(flat.Forward(test.X), test.Words).ToScalar();
var treeLoss = tree.Loss(test.X, test.Words).ToScalar();
Print(
    $"−ln p of unseen words: full {flatLoss:F3}, hierarchical {treeLoss:F3}; guessing {Math.Log(Words):F3}, the best possible {entropy:F3}"
);
Print(
    $"most likely word right: full {Share(flat.Forward(test.X).ArgMax(1)):P1}, hierarchical {Share(tree.Predict(test.X)):P1}; the best possible {1 / total:P1}"
);

// The median time of a step, in milliseconds.
double Train(string name, Layer layer, double learningRate, Func<Tensor, Tensor, Tensor> loss)
{
    layer.Initialize(seed: 1);
    var optimizer = new Sgd(layer, learningRate);
    var times = new List<double>(steps);
    for (var number = 0; number < steps; number++)
    {
        var (x, words) = Batch(number, BatchSize);
        var start = Stopwatch.GetTimestamp();
        using (var step = optimizer.BeginStep())
        {
            step.Minimize(loss(x, words));
        }

        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    times.Sort();
    Print($"{name, -20}  {times[steps / 2], 7:F3} ms a step");
    return times[steps / 2];
}

(Tensor X, Tensor Words) Batch(int number, int size)
{
    var source = new RandomSource(2, "samples").Split(number);
    var topics = Tensor.RandomUniform([size], source.Split("topic"), 0, Topics).To(DType.Int64);
    var ranks = Tensor.From([.. Tensor.RandomUniform([size], source.Split("rank")).ToArray<float>().Select(Rank)]);
    var noise = Tensor.RandomNormal([size, Features], source.Split("noise"), 0, 0.5);
    return (centers.Take(topics) + noise, topics * WordsOfTopic + ranks);
}

// The word at which the shares so far pass a number between 0 and 1.
long Rank(float chance)
{
    var rank = 0;
    for (var rest = chance * total; rank < WordsOfTopic - 1 && rest >= shares[rank]; rank++)
    {
        rest -= shares[rank];
    }

    return rank;
}

double Share(Tensor predicted) => predicted.EqualTo(test.Words).To(DType.Float32).Mean().ToScalar();

static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
