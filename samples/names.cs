// From which language is a surname? A bidirectional LSTM reads its letters from both ends. Names have different lengths:
// batches hold those of about equal length, and the recurrence makes no step for what is filled up.
// Three runs, each with other first weights and another order of names, since one alone may be lucky.
//
//   dotnet samples/names.cs PATH/names.tgz      the archive of PyTorch's tutorial: a text file of surnames a language
//   dotnet samples/names.cs                     the same, found through DESCENT_SHARED_DATA or in shared/data above this
//                                               folder; invented names where there is none
//   dotnet samples/names.cs --quick             a few seconds
#:project ../src/Descent/Descent.csproj

using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using Descent;
using Descent.Data;
using Descent.Layers;
using Descent.Losses;
using Descent.Metrics;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Training;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var isQuick = args.Contains("--quick");
var path = args.FirstOrDefault(argument => !argument.StartsWith("--")) ?? FindShared();
SortedDictionary<string, string[]> names;
if (File.Exists(path))
{
    names = ReadNames(path);
}
else
{
    Console.WriteLine(
        $"There is no {path}; these are invented names of three invented languages. Pass the path of names.tgz, or set "
            + "DESCENT_SHARED_DATA to the folder that holds text/names.tgz."
    );
    names = InventNames();
}

// Lists repeat names (of 2,000 Arabic lines 108 differ), and languages share some. Each pair of name and language counts
// once, and a name goes to one side of the split with all its languages: no name that is asked for was ever seen.
string[] languages = [.. names.Keys];
var samples = languages.SelectMany(
    (language, label) => names[language].Distinct().Select(name => new Sample(name, label))
);
var split = new RandomSource(1, "split");
var parts = new List<Sample>[] { [], [], [] };
foreach (var stratum in samples.GroupBy(sample => sample.Name).GroupBy(name => name.First().Label))
{
    // Of each language a tenth to measure on, a tenth to choose the epoch by, the rest to learn from.
    IGrouping<string, Sample>[] all = [.. stratum.OrderBy(name => name.Key, StringComparer.Ordinal)];
    split.Split(stratum.Key).Shuffle(all.AsSpan());
    for (var place = 0; place < all.Length; place++)
    {
        parts[Math.Min(2, 10 * place / all.Length)].AddRange(all[place]);
    }
}

if (isQuick && File.Exists(path))
{
    parts[2] = [.. parts[2].Where((_, place) => place % 8 == 0)];
}

char[] letters = [.. parts[2].SelectMany(sample => sample.Name).Distinct().Order()];
var (test, validation, training) = (Dataset(parts[0]), Dataset(parts[1]), Dataset(parts[2]));
Console.WriteLine(
    $"{languages.Length} languages; {training.Count} names to learn from, {validation.Count} to choose the epoch by, {test.Count} to measure on"
);

// Several first weights, orders and droppings: one run alone may be lucky.
var runs = Enumerable.Range(1, isQuick ? 1 : 3).Select(Train).ToArray();
Console.WriteLine("\nNames never seen:");
foreach (var (seed, (_, found)) in runs.Index())
{
    Console.WriteLine(
        $"seed {seed + 1}: {found.Accuracy:P1} right, recall averaged over languages {found.MacroRecall:P1}"
    );
}

Console.WriteLine(
    $"mean: {runs.Average(run => run.Found.Accuracy):P1} right, recall averaged over languages, rare ones counting as much "
        + $"as frequent ones, {runs.Average(run => run.Found.MacroRecall):P1}"
);
var (reader, confusion) = runs[0];
Console.WriteLine($"\nSeed 1:\n{confusion}\n\nrecall of each language:");
for (var label = 0; label < languages.Length; label++)
{
    Console.WriteLine($"  {languages[label], -12} {confusion.Recall(label), 6:P0}");
}

Console.WriteLine("\nAnd some that it may have seen:");
foreach (var name in (string[])["Petrov", "Yamamoto", "O'Brien", "Rossi"])
{
    var signs = SequenceBatch.Pad([Signs(name)]);
    Console.WriteLine($"{name}: {languages[(int)reader.Forward(signs, null).ArgMax(1).ToScalar()]}");
}

// The weights of the epoch that does best on the names to choose by, and what they make of those to measure on.
(NameReader Model, ConfusionMatrix Found) Train(int seed)
{
    var model = new NameReader(letters.Length + 1, languages.Length);
    model.Initialize(seed);
    var loader = training.Loader(batchSize: 64, maxPadding: 0.2, shuffle: true, seed);
    var optimizer = new Adam(model, learningRate: 0.003)
    {
        Clipping = GradientClipping.ByNorm(1),
        Schedule = Schedule.Exponential(0.92).PerEpoch(loader.BatchCount),
    };
    var trainer = new Trainer<SequenceBatch>(
        model,
        optimizer,
        batch => Loss.CrossEntropy(model.Forward(batch.Values, batch.Lengths), batch.Labels),
        _ => Evaluate(model, validation)
    )
    {
        Epochs = isQuick ? 2 : 24,
        Average = WeightAverage.Exponential(model, 0.998),
        Progress = new EpochLines(),
    };
    Console.WriteLine($"\nSeed {seed}");
    trainer.Fit(loader);
    return (model, Evaluate(model, test).Confusion);
}

SequenceDataset Dataset(List<Sample> part) =>
    new([.. part.Select(sample => Signs(sample.Name))], Tensor.From([.. part.Select(sample => (long)sample.Label)]));

// Sign 0 stands for letters that training never showed.
int[] Signs(string name) => [.. name.Select(letter => Math.Max(0, Array.BinarySearch(letters, letter) + 1))];

Evaluation Evaluate(NameReader model, SequenceDataset data)
{
    var found = new ConfusionMatrix(languages.Select(language => language[..3]));
    var sum = 0.0;
    foreach (var (values, lengths, labels) in data.Loader(256, maxPadding: 0.5))
    {
        var logits = model.Forward(values, lengths);
        found.Add(logits, labels);
        sum += Loss.CrossEntropy(logits, labels, Reduction.Sum).ToScalar();
    }

    return new Evaluation(sum / data.Count, found);
}

static string FindShared()
{
    var folder = Environment.GetEnvironmentVariable("DESCENT_SHARED_DATA");
    for (var up = new DirectoryInfo(Environment.CurrentDirectory); folder is null && up is not null; up = up.Parent)
    {
        var candidate = Path.Combine(up.FullName, "shared", "data");
        folder = Directory.Exists(candidate) ? candidate : null;
    }

    return Path.Combine(folder ?? "", "text", "names.tgz");
}

// Read as it streams by; nothing is unpacked to disk.
static SortedDictionary<string, string[]> ReadNames(string path)
{
    var names = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
    using var archive = new TarReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
    while (archive.GetNextEntry() is { } entry)
    {
        if (entry is { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, DataStream: { } stream })
        {
            var lines = new StreamReader(stream).ReadToEnd().Split('\n', StringSplitOptions.TrimEntries);
            names[Path.GetFileNameWithoutExtension(entry.Name)] = [.. lines.Where(line => line.Length > 0)];
        }
    }

    return names;
}

static SortedDictionary<string, string[]> InventNames()
{
    var source = new RandomSource(1, "names");
    (string Language, string Syllables, string Endings)[] invented =
    [
        ("Hilltongue", "ka ru to mi sha no ", "ko ra mi"),
        ("Rivertongue", "ver lin gar os del an ", "sen berg er"),
        ("Woodtongue", "pe tro va li dmi so ", "va no mi"),
    ];
    return new(
        invented.ToDictionary(
            one => one.Language,
            one =>
                Enumerable
                    .Range(0, 600)
                    .Select(number => Name(one.Syllables, one.Endings, source.Split(one.Language).Split(number)))
                    .ToArray()
        )
    );

    static string Name(string syllables, string endings, RandomSource source)
    {
        var (middle, last) = (syllables.Trim().Split(' '), endings.Split(' '));
        var count = 1 + (int)source.Below(4, 0);
        var parts = Enumerable.Range(1, count).Select(place => middle[source.Below(middle.Length, place)]);
        return string.Concat(parts) + last[source.Below(last.Length, 9)];
    }
}

internal sealed record Sample(string Name, int Label);

internal sealed class NameReader(int signs, int languages) : Module
{
    private readonly Embedding embedding = new(signs, 48);

    // Of (N, L, E) it drops whole places, which are letters: no name is learned by heart.
    private readonly SpatialDropout1d blots = new(0.1);
    private readonly Lstm lstm = new(48, 128, bidirectional: true);
    private readonly Dropout dropout = new(0.5);
    private readonly Linear head = new(256, languages);

    public Tensor Forward(Tensor names, Tensor? lengths)
    {
        var (_, state) = lstm.Forward(blots.Forward(embedding.Forward(names)), null, lengths);
        return head.Forward(dropout.Forward(lstm.LastOutput(state)));
    }
}

internal sealed class EpochLines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Finished is { } epoch)
        {
            Console.WriteLine(
                $"epoch {epoch.Epoch, 2}: training loss {epoch.TrainingLoss:F4}, validation {epoch.ValidationAccuracy:P2} right, {epoch.Seconds:F1} s"
            );
        }
    }
}
