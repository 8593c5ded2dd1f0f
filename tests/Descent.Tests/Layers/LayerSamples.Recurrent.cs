using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Recurrences() =>
        [
            Draw<Rnn>(Sequences((c, h, layers, option, both) => new Rnn(c, h, layers, relu: false, option, both))),
            Draw<Lstm>(
                Sequences(
                    (c, h, layers, option, both) => new Lstm(c, h, layers, option, bidirectional: both, dropout: 0.2)
                )
            ),
            Draw<Gru>(
                Sequences(
                    (c, h, layers, option, both) => new Gru(c, h, layers, option, both, learnInitialState: option)
                )
            ),
            Draw<OutputRnn>(Sequences((c, h, layers, option, _) => new OutputRnn(c, h, layers, option))),
            Draw<Recurrent>(
                Sequences(
                    (c, h, layers, option, both) =>
                        new Recurrent(c, size => new LayerCases.LeakyCell(size, h), layers, both, singleOutput: option)
                )
            ),
        ];

    /// <summary>A layer by its input and hidden size, layers, an option and whether it is bidirectional.</summary>
    private static Gen<LayerSample> Sequences(Func<int, int, int, bool, bool, Layer> make) =>
        from batch in From(1, 3)
        from length in From(1, 4)
        from inputs in From(1, 4)
        from hidden in From(1, 5)
        from layers in From(1, 2)
        from option in Either
        from bidirectional in Either
        select new LayerSample(() => make(inputs, hidden, layers, option, bidirectional), [batch, length, inputs]);
}
