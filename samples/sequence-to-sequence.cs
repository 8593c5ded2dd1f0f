// Dates as people write them, to dates as machines do: "monday, may 3 2021" to 2021-05-03. One recurrence reads the text
// letter by letter, another writes the date from the state that the first ends in. In training the writer is given
// the right letter before each (teacher forcing), or what it wrote itself (running free), or either at the toss of a
// coin; in use it always runs free. What do the three learn?
//
//   dotnet samples/sequence-to-sequence.cs            all three
//   dotnet samples/sequence-to-sequence.cs --quick    a few seconds
#:project ../src/Descent/Descent.csproj

using System.Diagnostics;
using System.Globalization;
using Descent;
using Descent.Data;
using Descent.Layers;
using Descent.Losses;
using Descent.Models;
using Descent.Numerics;
using Descent.Optimizers;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var isQuick = args.Contains("--quick");
var (trainingCount, testCount, epochs) = isQuick ? (1_000, 200, 1) : (16_000, 2_000, 8);
string[] formats =
[
    "d MMMM yyyy",
    "MMMM d, yyyy",
    "MM/dd/yy",
    "M/d/yyyy",
    "dd.MM.yy",
    "d.M.yyyy",
    "dddd, MMMM d yyyy",
    "ddd d MMM yyyy",
];
const string Digits = "0123456789-";
const int End = 10 + 1;

// The days of a century, so that two digits name the year. One in ten is never shown in training, in no format.
var days = new RandomSource(1, "days")
    .Permutation(36_525)
    .Select(day => new DateTime(1970, 1, 1).AddDays(day))
    .ToArray();
var unseen = days.Length / 10;
var (testTexts, testDates) = Pairs(testCount, days[..unseen], new RandomSource(1, "test"));
var (texts, dates) = Pairs(trainingCount, days[unseen..], new RandomSource(1, "training"));
char[] letters = [.. texts.SelectMany(text => text).Distinct().Order()];
var (training, test) = (Dataset(texts, dates), Dataset(testTexts, testDates));
Console.WriteLine(
    $"{trainingCount} dates to learn from in {formats.Length} formats, {testCount} of other days to measure on, such as"
);
foreach (var number in Enumerable.Range(0, 4))
{
    Console.WriteLine($"  {testTexts[number], -30} {testDates[number]}");
}

Console.WriteLine("\nUnseen dates exactly right, all ten signs and the end, running free");
Console.WriteLine($"{"epoch", 5} {"teacher", 9} {"coin", 9} {"free", 9}   in training");
double[] shares = [1, 0.5, 0];
var watch = Stopwatch.StartNew();
var models = Array.ConvertAll(
    shares,
    _ => new SequenceToSequence(new Gru(32, 128), new Gru(16, 128), letters.Length + 1, Digits.Length + 1, End)
);
var loaders = Array.ConvertAll(shares, _ => training.Loader(64, maxPadding: 0.2, shuffle: true, seed: 1));
var optimizers = Array.ConvertAll(
    models,
    model =>
    {
        model.Initialize(seed: 1);
        return new Adam(model, learningRate: 0.003)
        {
            Clipping = GradientClipping.ByNorm(1),
            Schedule = Schedule.Exponential(0.8).PerEpoch(loaders[0].BatchCount),
        };
    }
);
for (var epoch = 1; epoch <= epochs; epoch++)
{
    Console.Write($"{epoch, 5}");
    for (var number = 0; number < models.Length; number++)
    {
        var (model, optimizer) = (models[number], optimizers[number]);
        foreach (var (source, lengths, target) in loaders[number])
        {
            using var step = optimizer.BeginStep();
            var scores = model.Forward(source, lengths, target, shares[number]);
            step.Minimize(Loss.CrossEntropy(scores.Reshape(-1, Digits.Length + 1), target.Reshape(-1)));
        }

        Console.Write($" {Right(model, teacherForcing: 0).Dates, 9:P2}");
    }

    Console.WriteLine();
}

Console.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s\n\nSigns of unseen dates that are right");
foreach (var (mode, share) in (ReadOnlySpan<(string, double)>)[("after the right ones", 1), ("running free", 0)])
{
    Console.WriteLine($"{mode, -21} {string.Join(" ", models.Select(model => $"{Right(model, share).Signs, 9:P2}"))}");
}

Console.WriteLine();
foreach (var text in (string[])["3 May 2021", "05/03/21", "monday, may 3 2021"])
{
    var signs = SequenceBatch.Pad([Signs(text)]);
    var written = models.Select(model =>
        string.Concat(model.Predict(signs, null, longest: 10)[0].Select(sign => Digits[sign]))
    );
    Console.WriteLine($"{text, -20} {string.Join("   ", written)}");
}

// Of the unseen dates the share of signs that are right, and of dates in which all are. For whole dates it is the same
// whether the writer is given the right signs or its own: up to the first mistake they do not differ.
(double Signs, double Dates) Right(SequenceToSequence model, double teacherForcing)
{
    var (signs, whole) = (0, 0);
    foreach (var (source, lengths, target) in test.Loader(250, maxPadding: 0.5))
    {
        var isRight = model.Forward(source, lengths, target, teacherForcing).ArgMax(2).EqualTo(target).ToArray<bool>();
        signs += isRight.Count(sign => sign);
        whole += isRight.Chunk(target.Shape[1]).Count(date => date.All(sign => sign));
    }

    return ((double)signs / (test.Count * test.Labels.Shape[1]), (double)whole / test.Count);
}

(string[] Texts, string[] Dates) Pairs(int count, DateTime[] from, RandomSource source)
{
    var chosen = Enumerable.Range(0, count).Select(number => from[source.Below(from.Length, 2 * number)]).ToArray();
    return (
        [
            .. chosen.Select(
                (day, number) => day.ToString(formats[source.Below(formats.Length, 2 * number + 1)]).ToLowerInvariant()
            ),
        ],
        [.. chosen.Select(day => day.ToString("yyyy-MM-dd"))]
    );
}

SequenceDataset Dataset(string[] texts, string[] dates) =>
    new(
        [.. texts.Select(Signs)],
        SequenceBatch.Pad([.. dates.Select(date => (int[])[.. date.Select(sign => Digits.IndexOf(sign)), End])])
    );

// Sign 0 stands for what training never showed.
int[] Signs(string text) =>
    [.. text.ToLowerInvariant().Select(letter => Math.Max(0, Array.BinarySearch(letters, letter) + 1))];
