using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static string[] Gates => ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];

    private static LayerCase[] Recurrences() =>
        [
            new("Rnn: tanh", () => new Rnn(3, 4), [2, 5, 3], [2, 5, 4], Names("_l0"), [2, 5, 4], 10 * 4 * 7),
            new(
                "Rnn: two layers with dropout, both directions",
                () => new Rnn(3, 2, 2, bidirectional: true, dropout: 0.5),
                [2, 4, 3],
                [2, 4, 4],
                [.. Names("_l0"), .. Names("_l0_reverse"), .. Names("_l1"), .. Names("_l1_reverse")],
                [2, 3],
                8 * 2 * (2 * 5 + 2 * 6),
                TrainsAlike: false
            ),
            new("Rnn: ReLU", () => new Rnn(3, 2, relu: true), [2, 3, 3], [2, 3, 2], Names("_l0"), [1, 0, 3], 6 * 2 * 5),
            new("Lstm: plain", () => new Lstm(3, 4), [2, 5, 3], [2, 5, 4], Names("_l0"), [2, 5, 4], 10 * 16 * 7),
            new(
                "Lstm: peepholes, recurrent dropout",
                () => new Lstm(3, 2, peepholes: true, recurrentDropout: 0.5),
                [3, 4, 3],
                [3, 4, 2],
                [.. Names("_l0"), "peephole_l0"],
                [3, 4, 2],
                12 * (8 * 5 + 6),
                TrainsAlike: false
            ),
            new(
                "Lstm: single output, both directions, learned start",
                () => new Lstm(3, 2, bidirectional: true, learnInitialState: true, singleOutput: true),
                [2, 4, 3],
                [2, 4],
                [
                    .. Names("_l0"),
                    "initial_0_l0",
                    "initial_1_l0",
                    .. Names("_l0_reverse"),
                    "initial_0_l0_reverse",
                    "initial_1_l0_reverse",
                ],
                [2, 4, 2],
                8 * 2 * 8 * 5
            ),
            new("Gru: plain", () => new Gru(3, 4), [2, 5, 3], [2, 5, 4], Names("_l0"), [2, 5, 4], 10 * 12 * 7),
            new(
                "Gru: no bias, recurrent dropout, single output",
                () => new Gru(3, 2, bias: false, recurrentDropout: 0.3, singleOutput: true),
                [3, 4, 3],
                [3, 2],
                ["weight_ih_l0", "weight_hh_l0"],
                [3, 4, 2],
                12 * 6 * 5,
                TrainsAlike: false
            ),
            new(
                "OutputRnn: softmax",
                () => new OutputRnn(3, 4, 2),
                [2, 3, 3],
                [2, 3, 2],
                ["weight_ih_l0", "weight_yh_l0", "bias_h_l0", "weight_hy_l0", "bias_y_l0"],
                [2, 3, 2],
                6 * (12 + 8 + 8)
            ),
            new(
                "Recurrent: a cell of one's own, two layers",
                () => new Recurrent(3, size => new LeakyCell(size, 2), layers: 2, bidirectional: true),
                [2, 3, 3],
                [2, 3, 4],
                [
                    "linear.weight_l0",
                    "linear.bias_l0",
                    "linear.weight_l0_reverse",
                    "linear.bias_l0_reverse",
                    "linear.weight_l1",
                    "linear.bias_l1",
                    "linear.weight_l1_reverse",
                    "linear.bias_l1_reverse",
                ],
                [2, 3, 2]
            ),
        ];

    private static string[] Names(string suffix) => [.. Gates.Select(name => name + suffix)];

    /// <summary>A cell as users write one: half the state before, half a linear map of input and state.</summary>
    internal sealed class LeakyCell(int inputSize, int hiddenSize) : RecurrentCell(inputSize, hiddenSize)
    {
        private readonly Linear linear = new(inputSize + hiddenSize, hiddenSize);

        protected internal override RecurrentState Advance(Tensor projected, RecurrentState state, Tensor hidden) =>
            new((state.Hidden + linear.Forward(Tensor.Concat([projected, hidden], axis: 1)).Tanh()) * 0.5);
    }
}
