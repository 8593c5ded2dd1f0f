using System.Globalization;
using System.Text.Json;

namespace Descent.Tests;

/// <summary>A tensor of a golden file: integers and truth values stand in <see cref="Values"/> as doubles.</summary>
public sealed record GoldenTensor(DType Type, int[] Shape, double[] Values)
{
    public float[] Floats => Array.ConvertAll(Values, v => (float)v);

    public long[] Integers => Array.ConvertAll(Values, v => (long)v);

    public bool[] Flags => Array.ConvertAll(Values, v => v != 0);

    internal static GoldenTensor? Read(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var type = json.GetProperty("type").GetString() switch
        {
            "float64" => DType.Float64,
            "int64" => DType.Int64,
            "bool" => DType.Bool,
            var other => throw new InvalidDataException($"A golden tensor of type {other}."),
        };
        return new(type, Golden.Ints(json.GetProperty("shape")), Golden.Doubles(json.GetProperty("values")));
    }
}

/// <summary>One operation on given inputs, and what PyTorch makes of it; see <c>tests/golden/generate.py</c>.</summary>
public sealed class GoldenCase
{
    private readonly JsonElement options;

    internal GoldenCase(JsonElement json)
    {
        Name = json.GetProperty("name").GetString()!;
        Op = json.GetProperty("op").GetString()!;
        options = json.GetProperty("options");
        Inputs = [.. Tensors(json, "inputs").Select(t => t!)];
        Outputs = [.. Tensors(json, "outputs").Select(t => t!)];
        Cotangents = [.. Tensors(json, "cotangents")];
        Gradients = [.. Tensors(json, "gradients")];
    }

    /// <summary>The operation and what the case shows: <c>conv2d: padding</c>. Unique within its file.</summary>
    public string Name { get; }

    public string Op { get; }

    public IReadOnlyList<GoldenTensor> Inputs { get; }

    public IReadOnlyList<GoldenTensor> Outputs { get; }

    /// <summary>One for each output, null where it has no gradient.</summary>
    public IReadOnlyList<GoldenTensor?> Cotangents { get; }

    /// <summary>Of the sum of output times cotangent, one for each input; null where it has none.</summary>
    public IReadOnlyList<GoldenTensor?> Gradients { get; }

    public bool Has(string option) => options.TryGetProperty(option, out _);

    public double Number(string option) => options.GetProperty(option).GetDouble();

    public int Int(string option) => options.GetProperty(option).GetInt32();

    public string Text(string option) => options.GetProperty(option).GetString()!;

    /// <summary>The truth value of an option; false when it is absent.</summary>
    public bool Flag(string option) => options.TryGetProperty(option, out var value) && value.GetBoolean();

    /// <summary>A list of whole numbers; empty when the option is absent, which for axes means all of them.</summary>
    public int[] Ints(string option) => options.TryGetProperty(option, out var list) ? Golden.Ints(list) : [];

    public double[] Numbers(string option) => Golden.Doubles(options.GetProperty(option));

    /// <summary>A list of pairs: the padding of each axis, or the start and end of each range.</summary>
    public (int First, int Second)[] Pairs(string option) =>
        [.. options.GetProperty(option).EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetInt32()))];

    public override string ToString() => Name;

    private static IEnumerable<GoldenTensor?> Tensors(JsonElement json, string property) =>
        json.GetProperty(property).EnumerateArray().Select(GoldenTensor.Read);
}

/// <summary>Reads the golden files, which lie in <c>golden/</c> beside the test assembly.</summary>
public static class Golden
{
    /// <summary>Every case of a file, by its name: <c>Golden.Cases("spatial")</c>.</summary>
    public static IReadOnlyDictionary<string, GoldenCase> Cases(string file) =>
        Document(file)
            .GetProperty("cases")
            .EnumerateArray()
            .Select(json => new GoldenCase(json))
            .ToDictionary(c => c.Name);

    /// <summary>Rows for a theory whose arguments are a file and the name of a case in it.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Names(params string[] files) =>
        files.SelectMany(file => Cases(file).Keys.Select(name => new TheoryDataRow<string, string>(file, name)));

    /// <summary>The whole of a file, for those that are no list of operations.</summary>
    public static JsonElement Document(string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "golden", file + ".json");
        using var stream = File.OpenRead(path);
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }

    /// <summary>The numbers of a list of any depth, in the order they stand in.</summary>
    public static double[] Doubles(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().SelectMany(Doubles)] : [list.GetDouble()];

    public static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetInt32())];

    /// <summary>Asserts that every number is within <c>tolerance · max(1, |expected|)</c> of the expected one.</summary>
    public static void AssertClose(
        ReadOnlySpan<double> expected,
        ReadOnlySpan<double> actual,
        double tolerance,
        string what
    )
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var error = Math.Abs(actual[i] - expected[i]);
            if (!(error <= tolerance * Math.Max(1, Math.Abs(expected[i]))))
            {
                Assert.Fail(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{what}: element {i} is {actual[i]:R}, expected {expected[i]:R}, off by {error:E2}."
                    )
                );
            }
        }
    }
}
