using System.CommandLine;
using Descent.Cli.Display;
using Descent.Data;
using Descent.Formats;

namespace Descent.Cli.Commands;

/// <summary><c>descent predict</c>: shows digits and what a saved model reads in them.</summary>
internal static class PredictCommand
{
    private const int DefaultCount = 3;

    public static Command Create()
    {
        var run = new Argument<string?>("model")
        {
            Description = "A run's folder or a model file; the newest run when left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var pictures = new Argument<string?>("pictures")
        {
            Description =
                "An IDX file of pictures of 28 × 28 bytes, white on black, plain or .gz; unseen synthetic digits when left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var digit = Options.Within("--digit", "Only pictures that show this digit.", "D", 0, 9);
        var index = Options.Within("--index", "The number of the first picture, from 0.", "I", 0, int.MaxValue);
        var count = Options.Count("--count", $"How many pictures. [default: {DefaultCount}, or 1 with --index]");
        var data = Options.Data("A folder with MNIST's IDX files: reads test digits of MNIST.");
        var runs = Options.Runs();
        var threads = Options.Threads();
        var json = Options.Json("predictions, each with index, label, digit, probabilities");
        var command = new Command("predict", "Draws digits in the terminal and says what a saved model reads in them.")
        {
            run,
            pictures,
            digit,
            index,
            count,
            data,
            runs,
            threads,
            json,
        };
        command.SetAction(result =>
        {
            Options.Apply(result.GetValue(threads));
            var model = SavedModel.Load(result.GetValue(run), result.GetRequiredValue(runs));
            var source = Source(result.GetValue(pictures), result.GetValue(data), model);
            var first = result.GetValue(index);
            var chosen = Choose(
                source,
                result.GetValue(digit),
                first ?? 0,
                result.GetValue(count) ?? (first is null ? DefaultCount : 1)
            );
            return Execute(model, source, chosen, result.GetValue(json));
        });
        return command;
    }

    private static int Execute(SavedModel model, PictureSource source, List<int> chosen, bool json)
    {
        Screen.Line();
        RunScreen.Fact("model", $"{model.Path} ({model.NetworkName}, trained on {model.Data})");
        Screen.Line();
        var predictions = chosen.ConvertAll(index => source.Predict(model, index));
        foreach (var prediction in predictions)
        {
            PredictionScreen.Show($"{source.Title} {prediction.Index}", prediction);
        }

        if (json)
        {
            Console.Out.WriteLine(Line(model, predictions));
        }

        return ExitCode.Done;
    }

    private static PictureSource Source(string? file, string? folder, SavedModel model)
    {
        if (file is not null && folder is not null)
        {
            throw new UsageException("Name either a file of pictures or --data, not both.");
        }

        if (file is not null)
        {
            return PictureSource.FromFile(file);
        }

        return folder is not null || model.Data == DigitData.Mnist
            ? new PictureSource("MNIST test digit", Mnist.Load(folder).Test)
            : new PictureSource("unseen digit", Digits.Generate(PictureSource.SyntheticCount, model.Seed, Digits.Test));
    }

    private static List<int> Choose(PictureSource source, int? digit, int first, int count)
    {
        if (digit is not null && !source.HasLabels)
        {
            throw new UsageException("--digit needs labels, and a file of pictures has none.");
        }

        var chosen = new List<int>();
        for (var index = first; index < source.Count && chosen.Count < count; index++)
        {
            if (digit is null || source.Label(index) == digit)
            {
                chosen.Add(index);
            }
        }

        return chosen.Count > 0
            ? chosen
            : throw new UsageException(
                $"There is no such picture: the set has {source.Count}, numbered from 0, and --index is {first}."
            );
    }

    private static string Line(SavedModel model, List<Prediction> predictions) =>
        JsonLine.Of(writer =>
        {
            writer.WriteString("model", model.Path);
            writer.WriteStartArray("predictions");
            foreach (var prediction in predictions)
            {
                writer.WriteStartObject();
                writer.WriteNumber("index", prediction.Index);
                JsonLine.Number(writer, "label", prediction.Label);
                writer.WriteNumber("digit", prediction.Digit);
                writer.WriteStartArray("probabilities");
                foreach (var probability in prediction.Probabilities)
                {
                    writer.WriteNumberValue(probability);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
}
