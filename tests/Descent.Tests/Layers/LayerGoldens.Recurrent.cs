using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerGoldens
{
    private static KeyValuePair<string, Func<GoldenCase, Layer>>[] Recurrences() =>
        [.. new[] { "Rnn", "Lstm", "Gru" }.Select(kind => For(kind, golden => Recurrent(kind, golden)))];

    /// <summary>A recurrent layer by its class and a golden case's options.</summary>
    public static Recurrent Recurrent(string kind, GoldenCase golden)
    {
        var (inputs, hidden) = (golden.Inputs[0].Shape[2], golden.Int("hidden"));
        var layers = golden.Has("layers") ? golden.Int("layers") : 1;
        var bias = !golden.Has("bias") || golden.Flag("bias");
        var bidirectional = golden.Flag("bidirectional");
        return kind switch
        {
            "Rnn" => new Rnn(inputs, hidden, layers, golden.Flag("relu"), bias, bidirectional),
            "Lstm" => new Lstm(inputs, hidden, layers, bias: bias, bidirectional: bidirectional),
            _ => new Gru(inputs, hidden, layers, bias, bidirectional),
        };
    }
}
