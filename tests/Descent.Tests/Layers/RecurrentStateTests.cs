using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Layers;

/// <summary>States given and returned, lengths by packing and by masking, steps one at a time, chunks.</summary>
public class RecurrentStateTests
{
    private const double Tolerance = 1e-11;

    public static IEnumerable<TheoryDataRow<string>> States() =>
        Golden
            .Cases("recurrent")
            .Values.Where(golden => golden.Op.EndsWith(" state", StringComparison.Ordinal))
            .Select(golden => new TheoryDataRow<string>(golden.Name));

    public static IEnumerable<TheoryDataRow<string>> Kinds() =>
        ["rnn", "lstm", "lstm, peepholes", "gru", "own cell", "output"];

    [Theory]
    [MemberData(nameof(States))]
    public void States_and_lengths_follow_PyTorch(string name)
    {
        var golden = Golden.Cases("recurrent")[name];
        var layer = LayerGoldens.Recurrent(golden.Op.Split(' ')[0], golden);
        layer.To(DType.Float64);
        var parameters = layer.Parameters;
        Tensor[] inputs = [.. golden.Inputs.Select(t => Tensor.From(t.Values, new Shape(t.Shape)))];
        for (var i = 0; i < parameters.Count; i++)
        {
            parameters[i].Assign(inputs[i + 1]);
        }

        var initial = inputs[(parameters.Count + 1)..];
        var lengths = golden.Has("lengths") ? Tensor.From(golden.Ints("lengths")) : null;
        Tensor[] leaves = [inputs[0], .. parameters, .. initial];
        using var recording = Gradients.Record(leaves);
        var (output, state) = layer.Forward(inputs[0], new RecurrentState(initial), lengths);
        Tensor[] outputs = [output, .. state.Parts];
        Assert.Equal(golden.Outputs.Count, outputs.Length);
        var sum = Tensor.Scalar(0.0);
        for (var i = 0; i < outputs.Length; i++)
        {
            Golden.AssertClose(
                golden.Outputs[i].Values,
                outputs[i].ToArray<double>(),
                Tolerance,
                $"{name}, output {i}"
            );
            sum += (outputs[i] * Tensor.From(golden.Cotangents[i]!.Values, outputs[i].Shape)).Sum();
        }

        var gradients = Gradients.Of(sum, leaves);
        for (var i = 0; i < gradients.Length; i++)
        {
            var expected = golden.Gradients[i]!.Values;
            Golden.AssertClose(expected, gradients[i].ToArray<double>(), Tolerance, $"{name}, gradient {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Packing_masking_and_each_sequence_alone_agree(string kind)
    {
        var layer = Make(kind, layers: 2, bidirectional: true);
        var input = Normal("input", [5, 4, 3]);
        var initial = new RecurrentState([.. layer.Cells[0].StateSizes.Select(size => Normal("state", [4, 5, size]))]);
        int[] counts = [2, 0, 4, 1, 2];
        var lengths = Tensor.From(counts);
        var mask = Tensor.From([.. counts.SelectMany(n => Enumerable.Range(0, 4).Select(step => step < n))], [5, 4]);

        var (output, last) = layer.Forward(input, initial, lengths);
        var (masked, maskedLast) = layer.ForwardMasked(input, mask, initial);
        var (packed, packedLast) = layer.Forward(PackedSequence.Pack(input, lengths), initial);

        AssertSame(output, packed.Unpack());
        AssertSame(output, masked);
        for (var part = 0; part < last.Parts.Count; part++)
        {
            AssertSame(last.Parts[part], packedLast.Parts[part]);
            AssertSame(last.Parts[part], maskedLast.Parts[part]);
        }

        for (var row = 0; row < 5; row++)
        {
            var own = new RecurrentState([.. initial.Parts.Select(part => part[.., row..(row + 1)])]);
            if (counts[row] == 0)
            {
                Assert.All(output[row].ToArray<double>(), value => Assert.Equal(0, value));
                AssertSame(own.Hidden, last.Hidden[.., row..(row + 1)]);
                continue;
            }

            var (alone, aloneLast) = layer.Forward(input[row..(row + 1), ..counts[row]], own);
            AssertSame(alone, output[row..(row + 1), ..counts[row]]);
            AssertSame(aloneLast.Hidden, last.Hidden[.., row..(row + 1)]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_through_lengths_and_states_agree_with_finite_differences(string kind)
    {
        var layer = Make(kind, layers: 1, bidirectional: true);
        Tensor[] states = [.. layer.Cells[0].StateSizes.Select(size => Normal("state", [2, 3, size]))];
        Tensor[] inputs = [Normal("input", [3, 4, 3]), .. states, .. layer.Parameters];
        var lengths = Tensor.From([3, 0, 4]);

        var found = GradientCheck.Compare(
            x =>
            {
                var (output, last) = layer.Forward(x[0], new RecurrentState(x.AsSpan(1, states.Length)), lengths);
                return Tensor.Concat([output.Flatten(0), .. last.Parts.Select(part => part.Flatten(0).Square())]);
            },
            inputs,
            placesPerInput: 20
        );

        Assert.True(found.LargestError <= 1e-8, found.ToString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Steps_one_at_a_time_and_chunks_give_what_the_whole_gives(string kind)
    {
        var layer = Make(kind, layers: 1, bidirectional: false);
        var input = Normal("input", [2, 6, 3]);
        var (whole, last) = layer.Forward(input, null);

        RecurrentState? step = null;
        for (var t = 0; t < 6; t++)
        {
            step = layer.Cells[0].Forward(input[.., t], step);
            AssertSame(whole[.., t], step.Hidden);
        }

        var (first, state) = layer.Forward(input[.., ..4], null);
        var (second, end) = layer.Forward(input[.., 4..], state.Detach());
        AssertSame(whole, Tensor.Concat([first, second], axis: 1));
        AssertSame(last.Hidden, end.Hidden);
        AssertSame(last.Hidden[0], step!.Hidden);
        AssertSame(layer.LastOutput(last), whole[.., ^1]);
    }

    [Fact]
    public void A_detached_state_carries_numbers_into_the_next_step_and_no_gradient()
    {
        var layer = new Lstm(3, 4);
        var optimizer = new Sgd(layer, learningRate: 0.1);
        var input = Normal("input", [2, 6, 3]).To(DType.Float32);
        RecurrentState? state = null;
        foreach (var chunk in input.Split(3, axis: 1))
        {
            using var step = optimizer.BeginStep();
            (var output, state) = layer.Forward(chunk, state);
            step.Minimize(output.Square().Mean());
            state = state.Detach();
        }

        Assert.Equal(new Shape(1, 2, 4), state!.Cell.Shape);
        Assert.All(state.Cell.ToArray<float>(), value => Assert.True(float.IsFinite(value)));
        Assert.Equal(2, optimizer.StepNumber);
    }

    [Fact]
    public void A_learned_start_is_moved_by_training()
    {
        var layer = new Gru(3, 4, learnInitialState: true);
        var optimizer = new Sgd(layer, learningRate: 1);
        using (var step = optimizer.BeginStep())
        {
            var output = layer.Forward(Normal("input", [2, 3, 3]).To(DType.Float32));
            step.Minimize(Loss.MeanSquaredError(output, Tensor.Ones(output.Shape)));
        }

        Assert.All(layer.StateDict()["initial_0_l0"].ToArray<float>(), value => Assert.NotEqual(0, value));
    }

    [Fact]
    public void A_recurrent_dropout_is_one_mask_for_a_whole_sequence()
    {
        // A cell that hands on what its weights see of the hidden state.
        var layer = new Recurrent(1, _ => new Echo(), recurrentDropout: 0.5);
        using var recording = Gradients.RecordTraining();
        var output = layer.Forward(Tensor.Ones([1, 4, 1]), new RecurrentState(Tensor.Ones([1, 1, 64]))).Output;

        var rows = Enumerable.Range(0, 4).Select(t => output[0, t].ToArray<float>()).ToArray();
        Assert.Contains(0, rows[0]);
        Assert.All(Enumerable.Range(0, 64), unit => Assert.Equal(rows[0][unit] == 0 ? 0 : 16, rows[3][unit]));
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_a_sentence()
    {
        var layer = new Lstm(3, 4);
        var input = Normal("input", [2, 3, 3]).To(DType.Float32);
        var hidden = Tensor.Zeros([1, 2, 4]);

        Assert.Contains("(…, 2, 4) and (…, 2, 4)", Refusal(() => layer.Forward(input, new RecurrentState(hidden))));
        var two = Tensor.Zeros([2, 2, 4]);
        Assert.Contains("1 layers and directions", Refusal(() => layer.Forward(input, new RecurrentState(two, two))));
        Assert.Contains("lengths of shape (2)", Refusal(() => layer.Forward(input, null, Tensor.From([1, 2, 3]))));
        Assert.Contains("mask (2, 3)", Refusal(() => layer.ForwardMasked(input, Tensor.From([true]))));
        Assert.Contains(
            "packed rows of 3",
            Refusal(() => layer.Forward(PackedSequence.Pack(two, Tensor.From([1, 2]))))
        );
        Assert.Contains("(N, 3)", Refusal(() => layer.Cells[0].Forward(input)));
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Forward(input, null, Tensor.From([1, 4])));
        Assert.Throws<DTypeException>(() => layer.Forward(input, null, Tensor.From([1f, 2f])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lstm(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gru(3, 4, layers: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rnn(3, 4, dropout: 1));
        Assert.Throws<ArgumentException>(() => new Recurrent(3, _ => new GruCell(2, 4)));
        Assert.Throws<InvalidOperationException>(() => new RecurrentState(hidden).Cell);
    }

    [Fact]
    public void A_dropout_between_layers_needs_two()
    {
        (string Name, Func<int, Recurrent> Make)[] all =
        [
            ("Rnn", layers => new Rnn(3, 4, layers, dropout: 0.5)),
            ("Lstm", layers => new Lstm(3, 4, layers, dropout: 0.5)),
            ("Gru", layers => new Gru(3, 4, layers, dropout: 0.5)),
            ("Recurrent", layers => new Recurrent(3, size => new GruCell(size, 4), layers, dropout: 0.5)),
        ];
        Assert.All(
            all,
            layer =>
            {
                var problem = Assert.Throws<ArgumentException>(() => layer.Make(1));
                Assert.StartsWith($"{layer.Name}: a dropout of 0.5 ", problem.Message, StringComparison.Ordinal);
                Assert.Equal("dropout", problem.ParamName);
                Assert.Equal(2, layer.Make(2).Cells.Count);
            }
        );
    }

    internal static Recurrent Make(string kind, int layers, bool bidirectional)
    {
        Func<int, RecurrentCell> cell = kind switch
        {
            "rnn" => size => new RnnCell(size, 4),
            "lstm" => size => new LstmCell(size, 4),
            "lstm, peepholes" => size => new LstmCell(size, 4, peepholes: true),
            "gru" => size => new GruCell(size, 4),
            "output" => size => new OutputRnnCell(size, 4, 2),
            _ => size => new LayerCases.LeakyCell(size, 4),
        };
        var layer = new Recurrent(3, cell, layers, bidirectional);
        layer.To(DType.Float64);
        layer.Initialize(2);
        return layer;
    }

    internal static Tensor Normal(string purpose, Shape shape) =>
        Tensor.RandomNormal(shape, new RandomSource(3, purpose), dtype: DType.Float64);

    internal static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Golden.AssertClose(expected.ToArray<double>(), actual.ToArray<double>(), 1e-13, "elements");
    }

    private static string Refusal(Action action) => Assert.Throws<ShapeException>(action).Message;

    private sealed class Echo() : RecurrentCell(1, 64)
    {
        protected internal override RecurrentState Advance(Tensor projected, RecurrentState state, Tensor hidden) =>
            new(hidden);
    }
}
