using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Benchmarks;

/// <summary>A vocabulary looked up, a recurrent layer, and two classes told from its last output.</summary>
internal static class RecurrentWorkloads
{
    private const int Batch = 64;
    private const int Length = 100;
    private const int Words = 10_000;
    private const int WordSize = 100;
    private const int HiddenSize = 128;

    public static IReadOnlyDictionary<string, Func<PeerState?, Workload>> All { get; } =
        new Dictionary<string, Func<PeerState?, Workload>>
        {
            ["lstm_many_to_one"] = state => Train(() => new Lstm(WordSize, HiddenSize, singleOutput: true), state),
            ["lstm_bidir"] = state =>
                Train(() => new Lstm(WordSize, HiddenSize, bidirectional: true, singleOutput: true), state),
            ["gru_many_to_one"] = state => Train(() => new Gru(WordSize, HiddenSize, singleOutput: true), state),
            ["rnn_tanh"] = state => Train(() => new Rnn(WordSize, HiddenSize, singleOutput: true), state),
            ["lstm_infer"] = Infer,
        };

    private static Workload Train(Func<Recurrent> recurrence, PeerState? state) =>
        TrainingWorkloads.Train(
            new TrainingWorkloads.Setting(
                _ => Network(recurrence()),
                network => new Adam(network),
                (output, labels) => Loss.CrossEntropy(output, labels),
                [Batch, Length],
                TrainingWorkloads.Labels(Batch, 2)
            )
            {
                Batch = Sentences(),
            },
            state
        );

    private static Workload Infer(PeerState? state)
    {
        var network = Network(new Lstm(WordSize, HiddenSize, singleOutput: true));
        TrainingWorkloads.Start(network, state);
        var input = state?.Input ?? Sentences();
        return new Workload(() => network.Forward(input)[0, 0].ToScalar())
        {
            Samples = Batch,
            Flops = 2.0 * network.Summary(input.Shape, input.DType).MultiplyAdds,
            Difference = state is null ? null : PeerState.Difference(network.Forward(input), state.All("after")[0]),
        };
    }

    private static Sequential Network(Recurrent recurrence) =>
        [new Embedding(Words, WordSize), recurrence, new Linear(recurrence.OutputSize, 2)];

    private static Tensor Sentences() =>
        Tensor.RandomUniform([Batch, Length], new RandomSource(7, "words"), 0, Words).To(DType.Int64);
}
