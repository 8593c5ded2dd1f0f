using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

/// <summary>What a recurrent layer may be asked for; <paramref name="Special"/> is what its class alone has.</summary>
internal sealed record RecurrentOptions(
    int Inputs,
    int Hidden,
    int Layers,
    bool Special,
    bool Bias,
    bool Bidirectional,
    bool Drops,
    bool LearnsStart,
    bool SingleOutput
)
{
    /// <summary>How to make each recurrent layer class.</summary>
    public static readonly Dictionary<string, Func<RecurrentOptions, Recurrent>> ByClass = new()
    {
        [nameof(Rnn)] = o => new Rnn(
            o.Inputs,
            o.Hidden,
            o.Layers,
            relu: false,
            o.Bias,
            o.Bidirectional,
            o.Dropout,
            o.RecurrentDropout,
            o.LearnsStart,
            o.SingleOutput
        ),
        [nameof(Lstm)] = o => new Lstm(
            o.Inputs,
            o.Hidden,
            o.Layers,
            peepholes: o.Special,
            o.Bias,
            o.Bidirectional,
            o.Dropout,
            o.RecurrentDropout,
            o.LearnsStart,
            o.SingleOutput
        ),
        [nameof(Gru)] = o => new Gru(
            o.Inputs,
            o.Hidden,
            o.Layers,
            o.Bias,
            o.Bidirectional,
            o.Dropout,
            o.RecurrentDropout,
            o.LearnsStart,
            o.SingleOutput
        ),
        [nameof(OutputRnn)] = o => new OutputRnn(o.Inputs, o.Hidden, outputSize: o.Layers, softmax: o.Special),
        [nameof(Recurrent)] = o => new Recurrent(
            o.Inputs,
            size => new LayerCases.LeakyCell(size, o.Hidden),
            o.Layers,
            o.Bidirectional,
            o.Dropout,
            o.RecurrentDropout,
            o.LearnsStart,
            o.SingleOutput
        ),
    };

    /// <summary>Options of a recurrent layer, drawn at random.</summary>
    public static Gen<RecurrentOptions> Drawn =>
        from inputs in Gen.Choose(1, 4)
        from hidden in Gen.Choose(1, 5)
        from layers in Gen.Choose(1, 2)
        from flags in Gen.ArrayOf(Gen.Elements(true, false), 6)
        select new RecurrentOptions(inputs, hidden, layers, flags[0], flags[1], flags[2], flags[3], flags[4], flags[5]);

    public double Dropout => Drops && Layers > 1 ? 0.2 : 0;

    public double RecurrentDropout => Drops ? 0.3 : 0;
}
