// The adding problem: each step of a sequence brings a number between 0 and 1 and a mark; two steps are marked, and the
// sum of their numbers is asked for at the end. What was marked early must be remembered to the end: gates can, a plain
// recurrence forgets (Hochreiter and Schmidhuber 1997). Always saying 1 has a mean squared error of 1/6 = 0.167 on average.
//
//   dotnet samples/adding-problem.cs            lengths 50 and 200, all of it
//   dotnet samples/adding-problem.cs 50         one length
//   dotnet samples/adding-problem.cs --quick    a few steps at length 20, to see it run
#:project ../src/Descent/Descent.csproj

using System.Diagnostics;
using System.Globalization;
using Descent;
using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var isQuick = args.Contains("--quick");
int[] lengths =
    isQuick ? [20]
    : args.Length > 0 ? [.. args.Select(int.Parse)]
    : [50, 200];
var (steps, seeds) = isQuick ? (40, 1) : (2000, 3);
double[] rates = isQuick ? [0.01] : [0.001, 0.003, 0.01];
const int Batch = 32,
    Hidden = 32,
    TestCount = 2000;
const double Bound = 1;

// Each family has two starts: the layer's own, and one that the literature gives it for long memories.
Family[] families =
[
    new("LSTM", () => new Lstm(2, Hidden, singleOutput: true), SlowGates),
    new("LSTM, peepholes", () => new Lstm(2, Hidden, peepholes: true, singleOutput: true), SlowGates),
    new("GRU", () => new Gru(2, Hidden, singleOutput: true), SlowGates),
    new("plain, tanh", () => new Rnn(2, Hidden, singleOutput: true), IdentityWeights),
];
Setting[] settings = [.. rates.SelectMany(rate => (Setting[])[new(rate, "usual"), new(rate, "long")])];

Console.WriteLine(
    $"{Hidden} hidden units, Adam, {steps} steps of {Batch} sequences; gradients clipped to a norm of {Bound}. "
        + $"Each family tries the same {settings.Length} settings with seed 0, the rates {string.Join(", ", rates)} from the usual start and from "
        + $"one for long memories, and takes the best to seeds 1 to {seeds}. The long start of gates: they forget as slowly as the sequence is "
        + "long (Tallec and Ollivier 2018); of the plain recurrence: the identity (Le, Jaitly and Hinton 2015)."
);
foreach (var length in lengths)
{
    var constant = ErrorOf(inputs => Tensor.Ones([inputs.Shape[0], 1]), length, "test");
    Console.WriteLine(
        $"\nLength {length}: mean squared error on {TestCount} new sequences; on these always saying 1 has {constant:F3}"
    );
    Console.WriteLine($"{"", -16} {"rate", 6} {"start", -6} {"mean", 8}   each seed");
    var watch = Stopwatch.StartNew();

    // Runs know nothing of each other: one for each processor at a time.
    var tuned = InParallel(
        from family in families
        from setting in settings
        select (Func<(Family Family, Setting Setting, Run Run)>)(
            () => (family, setting, Train(family, length, setting, seed: 0, clipped: true))
        )
    );
    var best = families.ToDictionary(
        family => family,
        family => tuned.Where(run => run.Family == family).MinBy(run => run.Run.TuningError).Setting
    );
    var final = InParallel(
        from family in families
        from seed in Enumerable.Range(1, seeds)
        select (Func<(Family Family, Run Run)>)(
            () => (family, Train(family, length, best[family], seed, clipped: true))
        )
    );
    foreach (var family in families)
    {
        double[] errors = [.. final.Where(run => run.Family == family).Select(run => run.Run.Error)];
        Console.WriteLine(
            $"{family.Name, -16} {best[family].Rate, 6} {best[family].Start, -6} {errors.Average(), 8:F5}   {string.Join("  ", errors.Select(e => $"{e:F5}"))}"
        );
    }

    Console.WriteLine("\nWhat was tried, seed 0, on sequences of their own");
    foreach (var family in families)
    {
        var tries = tuned.Where(run => run.Family == family);
        Console.WriteLine(
            $"{family.Name, -16} {string.Join("  ", tries.Select(run => $"{run.Setting.Rate} {run.Setting.Start} {run.Run.TuningError:F5}"))}"
        );
    }

    var free = InParallel(
        families.Select(family =>
            (Func<(Family Family, Run Run)>)(
                () => (family, Train(family, length, best[family], seed: 1, clipped: false))
            )
        )
    );
    Console.WriteLine($"\nNorm of the gradient, seed 1{"", 13}median   largest   error at the end");
    foreach (var family in families)
    {
        var clipped = final.First(run => run.Family == family).Run;
        var unclipped = free.First(run => run.Family == family).Run;
        Console.WriteLine(
            $"{family.Name, -16} as it is{"", 14}{unclipped.Median, 9:F3} {unclipped.Largest, 9:F3}   {unclipped.Error:F5}"
        );
        Console.WriteLine($"{"", -16} clipped, before     {clipped.Median, 11:F3} {clipped.Largest, 9:F3}");
        Console.WriteLine(
            $"{"", -16} clipped, after      {Math.Min(clipped.Median, Bound), 11:F3} {Math.Min(clipped.Largest, Bound), 9:F3}   {clipped.Error:F5}"
        );
    }

    Console.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s");
}

Run Train(Family family, int length, Setting setting, int seed, bool clipped)
{
    var recurrence = family.Make();
    Sequential net = [recurrence, new Linear(Hidden, 1)];
    net.Initialize(seed);
    if (setting.Start == "long")
    {
        family.StartLong(recurrence, length, new RandomSource(seed, "memory"));
    }

    var optimizer = new Adam(net, setting.Rate) { Clipping = clipped ? GradientClipping.ByNorm(Bound) : null };
    var source = new RandomSource(seed, "training");
    var norms = new List<double>();
    for (var number = 0; number < steps; number++)
    {
        var (inputs, sums) = Sequences(Batch, length, source.Split(number));
        if (number % 20 == 0)
        {
            norms.Add(GradientNorm(net, inputs, sums));
        }

        using var step = optimizer.BeginStep();
        step.Minimize(Loss.MeanSquaredError(net.Forward(inputs), sums));
    }

    norms.Sort();
    return new Run(
        ErrorOf(net.Forward, length, "tuning"),
        ErrorOf(net.Forward, length, "test"),
        norms[norms.Count / 2],
        norms[^1]
    );
}

// On new sequences: some to choose the rate by, others to report.
static double ErrorOf(Func<Tensor, Tensor> answer, int length, string purpose)
{
    var error = 0.0;
    for (var part = 0; part < 10; part++)
    {
        var (inputs, sums) = Sequences(TestCount / 10, length, new RandomSource(0, purpose).Split(part));
        error += Loss.MeanSquaredError(answer(inputs), sums).ToScalar() / 10;
    }

    return error;
}

// By the usual start half of the memory is gone after a step or two. Here unit i begins to forget over a time drawn
// from 1 to the length, and takes in as little: the LSTM by the biases of its forget and input gates, ln(time) and its
// negative, the GRU by that of its update gate, which does both.
static void SlowGates(Recurrent recurrence, int length, RandomSource source)
{
    var time = Tensor.RandomUniform([Hidden], source, 1, length - 1).Log();
    var bias = Named(recurrence, "bias_ih_l0");
    bias.Assign(
        recurrence is Lstm
            ? Tensor.Concat([-time, time, bias[(2 * Hidden)..]])
            : Tensor.Concat([bias[..Hidden], time, bias[(2 * Hidden)..]])
    );
}

// The state is copied from step to step, up to what tanh takes from it.
static void IdentityWeights(Recurrent recurrence, int length, RandomSource source)
{
    Named(recurrence, "weight_hh_l0").Assign(Tensor.Eye(Hidden));
    foreach (var name in (string[])["bias_ih_l0", "bias_hh_l0"])
    {
        Named(recurrence, name).Assign(Tensor.Zeros([Hidden]));
    }
}

static Parameter Named(Recurrent recurrence, string name) =>
    recurrence.Parameters.Single(parameter => parameter.Name.EndsWith(name, StringComparison.Ordinal));

// One mark in each half; the target is the sum of the two numbers marked.
static (Tensor Inputs, Tensor Sums) Sequences(int count, int length, RandomSource source)
{
    var (numbers, places) = (source.Split("numbers"), source.Split("places"));
    var (inputs, sums) = (new float[count, length, 2], new float[count, 1]);
    for (var row = 0; row < count; row++)
    {
        for (var step = 0; step < length; step++)
        {
            inputs[row, step, 0] = numbers.UniformSingle((long)row * length + step);
        }

        var half = length / 2;
        foreach (var place in (long[])[places.Below(half, 2 * row), half + places.Below(length - half, 2 * row + 1)])
        {
            inputs[row, place, 1] = 1;
            sums[row, 0] += inputs[row, place, 0];
        }
    }

    return (Tensor.From(inputs), Tensor.From(sums));
}

// Of all parameters together, before any clipping.
static double GradientNorm(Sequential net, Tensor inputs, Tensor sums)
{
    Tensor[] parameters = [.. net.Parameters];
    using var recording = Gradients.Record(parameters);
    var gradients = Gradients.Of(Loss.MeanSquaredError(net.Forward(inputs), sums), parameters);
    return Math.Sqrt(gradients.Sum(gradient => gradient.Square().Sum().ToScalar()));
}

static T[] InParallel<T>(IEnumerable<Func<T>> runs)
{
    Func<T>[] all = [.. runs];
    var results = new T[all.Length];
    var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
    Parallel.For(0, all.Length, options, number => results[number] = all[number]());
    return results;
}

internal sealed record Family(string Name, Func<Recurrent> Make, Action<Recurrent, int, RandomSource> StartLong);

internal readonly record struct Setting(double Rate, string Start);

internal sealed record Run(double TuningError, double Error, double Median, double Largest);
