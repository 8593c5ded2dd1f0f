using Descent.Layers;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Layers;

/// <summary>A recurrence behind an embedding reads its rows from the table, with the bits of the layers one by one.</summary>
public class EmbeddedRecurrenceTests
{
    private static Dictionary<string, Func<int, int, Recurrent>> Kinds { get; } =
        new()
        {
            ["tanh"] = (inputs, size) => new Rnn(inputs, size),
            ["relu, last alone"] = (inputs, size) => new Rnn(inputs, size, relu: true, singleOutput: true),
            ["dropout in the recurrence"] = (inputs, size) => new Rnn(inputs, size, recurrentDropout: 0.3),
            ["lstm, last alone"] = (inputs, size) => new Lstm(inputs, size, singleOutput: true),
            ["lstm, two layers"] = (inputs, size) => new Lstm(inputs, size, layers: 2, dropout: 0.2),
            ["gru"] = (inputs, size) => new Gru(inputs, size, learnInitialState: true),
            ["both directions"] = (inputs, size) => new Gru(inputs, size, bidirectional: true),
            ["no fused form"] = (inputs, size) => new OutputRnn(inputs, size, size),
            ["a layer of the user's"] = (inputs, size) => new Doubled(inputs, size),
        };

    public static IEnumerable<TheoryDataRow<string, int, int, int>> Cases() =>
        from kind in Kinds.Keys
        from sizes in new[] { (3, 1, 7), (34, 17, 33), (70, 5, 16) }
        select new TheoryDataRow<string, int, int, int>(kind, sizes.Item1, sizes.Item2, sizes.Item3);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Together_is_one_by_one(string kind, int batch, int inputs, int hidden)
    {
        foreach (var padding in (int?[])[null, 4])
        {
            foreach (var dtype in (DType[])[DType.Float32, DType.Float64])
            {
                var words = Words(batch, 5);
                var network = Make(kind, inputs, hidden, padding, dtype);
                Assert.Equal(Bits(OneByOne(network)(words)), Bits(network.Forward(words)));
                Assert.Equal(Train(network, words, OneByOne(network)), Train(network, words, network.Forward));
            }
        }
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("momentum")]
    [InlineData("sgd")]
    public void Steps_together_are_steps_one_by_one(string kind)
    {
        Assert.Equal(Steps(OneByOne), Steps(network => network.Forward));

        List<long[]> Steps(Func<Sequential, Func<Tensor, Tensor>> forward)
        {
            var network = Make("lstm, last alone", 17, 20, 4, DType.Float32);
            Optimizer optimizer = kind switch
            {
                "adam" => new Adam(network, 0.01),
                "momentum" => new Sgd(network, 0.1, momentum: 0.9),
                _ => new Sgd(network, 0.1),
            };
            for (var number = 0; number < 3; number++)
            {
                using var step = optimizer.BeginStep();
                step.Accumulate(forward(network)(Words(40 + number, 6)).Square().Mean());
                var twice = forward(network)(Words(9, 3)) + forward(network)(Words(9, 4));
                step.Minimize(twice.Square().Mean());
            }

            return [.. network.StateDict().Values.Select(Bits)];
        }
    }

    [Fact]
    public void Gradients_may_be_asked_for_twice()
    {
        var network = Make("gru", 5, 6, null, DType.Float64);
        Tensor[] leaves = [.. network.Parameters];
        using var recording = Gradients.Record(leaves);
        var y = network.Forward(Words(4, 3));
        var first = Gradients.Of(y.Sum(), leaves);
        var other = Gradients.Of(y.Square().Sum(), leaves).Select(Bits).ToArray();

        Assert.Equal(other, Gradients.Of(y.Square().Sum(), leaves).Select(Bits));
        Assert.Equal(first.Select(Bits), Gradients.Of(y.Sum(), leaves).Select(Bits));
    }

    [Fact]
    public void A_table_that_was_computed_gets_its_gradient()
    {
        var words = Words(2, 3);
        var network = new Rnn(3, 4);
        network.To(DType.Float64);
        network.Initialize(2);
        var table = Tensor.RandomNormal([7, 3], new RandomSource(3, "table"), dtype: DType.Float64);

        GradientCheck.Compare(x => network.TryForward(x[0].Tanh(), words, -1)!, [table]).ThrowIfAbove(1e-8);
    }

    [Fact]
    public void Table_and_recurrence_are_one_operation()
    {
        var network = Make("tanh", 5, 6, null, DType.Float32);
        using var recording = Gradients.Record([.. network.Parameters]);

        Assert.True(network.Forward(Words(4, 3)).Producer!.Index < OneByOne(network)(Words(4, 3)).Producer!.Index - 3);
    }

    [Fact]
    public void An_embedding_under_observation_shows_its_rows()
    {
        var network = Make("tanh", 5, 6, null, DType.Float32);
        var expected = Bits(network.Forward(Words(4, 3)));
        Tensor? seen = null;
        using var hook = network[0].Hook(rows => seen = rows);

        Assert.Equal(expected, Bits(network.Forward(Words(4, 3))));
        Assert.Equal(new Shape(4, 3, 5), seen!.Shape);
    }

    [Fact]
    public void Errors_are_those_of_the_layers_one_by_one()
    {
        Sequential wrong = [new Embedding(7, 5), new Rnn(6, 4)];
        Sequential right = [new Embedding(7, 5), new Rnn(5, 4)];

        Assert.Contains("Rnn: needs (N, L, 6)", Message<ShapeException>(wrong, Words(2, 3)));
        Assert.Contains("Rnn: needs (N, L, 5)", Message<ShapeException>(right, Words(2, 3).Reshape(6)));
        Assert.Contains("Rnn: needs (N, L, 5)", Message<ShapeException>(right, Words(2, 0)));
        Assert.Contains("layer 0", Message<ArgumentOutOfRangeException>(right, Tensor.From([1L, 9]).Reshape(1, 2)));
        Assert.Contains("int64", Message<DTypeException>(right, Tensor.Ones([2, 3])));

        static string Message<T>(Sequential network, Tensor input)
            where T : Exception => Assert.Throws<T>(() => network.Forward(input)).Message;
    }

    private static Sequential Make(string kind, int inputs, int hidden, int? padding, DType dtype)
    {
        Sequential network = [new Embedding(7, inputs, padding), Kinds[kind](inputs, hidden)];
        network.Initialize(3);
        network.To(dtype);
        return network;
    }

    private static Tensor Words(int batch, int length) =>
        Tensor.RandomUniform([batch, length], new RandomSource(4, "words"), 0, 7).To(DType.Int64);

    private static Func<Tensor, Tensor> OneByOne(Sequential network) =>
        input => network.Aggregate(input, (value, layer) => layer.Forward(value));

    /// <summary>The result and the gradients of every parameter, as bits.</summary>
    private static List<long[]> Train(Sequential network, Tensor words, Func<Tensor, Tensor> forward)
    {
        Tensor[] leaves = [.. network.Parameters];
        using var recording = Gradients.RecordTraining(leaves);
        var y = forward(words);
        var slope = Tensor.RandomNormal(y.Shape, new RandomSource(5, "slope"), dtype: y.DType);
        return [Bits(y), .. Gradients.Of(y, leaves, slope).Select(Bits)];
    }

    private static long[] Bits(Tensor tensor) =>
        tensor.DType == DType.Float32
            ? Array.ConvertAll(tensor.ToArray<float>(), value => (long)BitConverter.SingleToInt32Bits(value))
            : Array.ConvertAll(tensor.ToArray<double>(), BitConverter.DoubleToInt64Bits);

    /// <summary>A layer of a user's own, with a formula of its own.</summary>
    private sealed class Doubled(int inputs, int size) : Recurrent(inputs, part => new RnnCell(part, size))
    {
        protected override Tensor Compute(Tensor input) => base.Compute(input * 2);
    }
}
