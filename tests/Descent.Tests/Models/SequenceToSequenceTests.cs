using Descent.Formats;
using Descent.Layers;
using Descent.Losses;
using Descent.Models;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Tests.Training;

namespace Descent.Tests.Models;

public class SequenceToSequenceTests
{
    private const int End = 4;
    private const string Prefix = "SequenceToSequence: ";

    private static readonly Tensor Source = Tensor.From(
        new long[,]
        {
            { 1, 2, 3, 0 },
            { 5, 0, 0, 0 },
            { 2, 2, 4, 5 },
        }
    );

    private static readonly Tensor Lengths = Tensor.From([3L, 1, 4]);

    private static readonly Tensor Target = Tensor.From(
        new long[,]
        {
            { 0, 1, End, End, End },
            { 2, 2, 3, 1, End },
            { 3, 3, 0, End, End },
        }
    );

    public static TheoryData<string> Families =>
        [
            .. (
                (string[])["plain", "lstm", "lstm, peepholes, two layers", "gru", "bidirectional lstm, two layers"]
            ).Select(family => Prefix + family),
        ];

    [Theory]
    [Trait("check", "gradient")]
    [MemberData(nameof(Families))]
    public void Gradients_agree_with_finite_differences_however_often_the_teacher_helps(string part)
    {
        var model = Make(part);
        foreach (var share in (double[])[0, 0.5, 1])
        {
            var found = GradientCheck.Compare(
                _ => model.Forward(Source, Lengths, Target, share),
                [.. model.Parameters],
                training: share == 0.5,
                placesPerInput: 3
            );
            Assert.True(found.LargestError <= 1e-8, $"{part}, {share}: {found}");
        }
    }

    [Theory]
    [Trait("check", "state")]
    [MemberData(nameof(Families))]
    public void The_model_goes_through_a_file_bit_for_bit(string part)
    {
        using var folder = new TemporaryFolder();
        var (saved, loaded) = (Make(part), Make(part));
        foreach (var parameter in loaded.Parameters)
        {
            parameter.Assign(parameter * 0);
        }

        Safetensors.Write(folder.File("model.safetensors"), saved.StateDict());
        loaded.LoadStateDict(Safetensors.Read(folder.File("model.safetensors")).Tensors);

        Assert.Equal(
            saved.Forward(Source, Lengths, Target).ToArray<double>(),
            loaded.Forward(Source, Lengths, Target).ToArray<double>()
        );
        Assert.Equal(saved.Predict(Source, Lengths, 6), loaded.Predict(Source, Lengths, 6));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void With_full_teacher_forcing_the_decoder_sees_the_target_one_step_late(string part)
    {
        var model = Make(part);
        var scores = model.Forward(Source, Lengths, Target, teacherForcing: 1);

        Assert.Equal(new Shape(3, 5, 5), scores.Shape);
        for (var step = 0; step < 5; step++)
        {
            // Scores depend on the signs before alone: later ones may be anything.
            var other = Target.ToArray<long>();
            for (var place = 0; place < other.Length; place++)
            {
                other[place] = place % 5 < step ? other[place] : 1;
            }

            var again = model.Forward(Source, Lengths, Tensor.From(other, [3, 5]));
            AssertClose(scores[.., step], again[.., step]);
        }

        // All but one coin in 10^9 fall to the teacher here, so this is the same by single steps.
        AssertClose(scores, model.Forward(Source, Lengths, Target, teacherForcing: 1 - 1e-9));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Without_a_teacher_the_model_reads_what_it_wrote_as_in_prediction(string part)
    {
        var model = Make(part);
        var scores = model.Forward(Source, Lengths, Target, teacherForcing: 0);
        var written = scores.ArgMax(2);

        AssertClose(scores, model.Forward(Source, Lengths, written, teacherForcing: 1));
        var predicted = model.Predict(Source, Lengths, longest: 5);
        for (var row = 0; row < 3; row++)
        {
            Assert.Equal(
                written[row].ToArray<long>().TakeWhile(sign => sign != End),
                predicted[row].Select(sign => (long)sign)
            );
        }
    }

    [Fact]
    public void Padding_and_the_rest_of_the_batch_change_nothing()
    {
        var model = Make(Prefix + "bidirectional lstm, two layers");
        var scores = model.Forward(Source, Lengths, Target);
        for (var row = 0; row < 3; row++)
        {
            var only = row..(row + 1);
            var alone = model.Forward(Source[only, ..(int)Lengths.ToArray<long>()[row]], null, Target[only]);
            AssertClose(scores[only], alone);
        }
    }

    [Fact]
    public void The_same_seed_and_step_toss_the_same_coins()
    {
        var bits = Train(seed: 1);

        Assert.Equal(bits, Train(seed: 1));
        Assert.NotEqual(bits, Train(seed: 2));

        var model = Make(Prefix + "gru");
        var half = model.Forward(Source, Lengths, Target, 0.5).ToArray<double>();
        Assert.Equal(half, model.Forward(Source, Lengths, Target, 0.5).ToArray<double>());
        var optimizer = new Sgd(model, 0.1);
        using var step = optimizer.BeginStep();
        double[][] calls =
        [
            .. Enumerable.Range(0, 8).Select(_ => model.Forward(Source, Lengths, Target, 0.5).ToArray<double>()),
        ];
        Assert.Contains(calls, call => !call.SequenceEqual(calls[0]));
    }

    [Fact]
    public void It_learns_to_write_backwards_and_stops_at_the_end_sign()
    {
        var model = new SequenceToSequence(new Gru(8, 24), new Gru(8, 24), 4, 5, End);
        model.Initialize(3);
        var optimizer = new Adam(model, 0.01);
        var source = Tensor.From(
            [.. Enumerable.Range(0, 64).SelectMany(n => (long[])[n / 16, n / 4 % 4, n % 4])],
            [64, 3]
        );
        var target = Tensor.Concat([source.Take(Tensor.From([2, 1, 0]), 1), Tensor.Full([64, 1], End, DType.Int64)], 1);
        for (var number = 0; number < 150; number++)
        {
            using var step = optimizer.BeginStep();
            var scores = model.Forward(source, null, target, teacherForcing: 0.5);
            step.Minimize(Loss.CrossEntropy(scores.Reshape(-1, 5), target.Reshape(-1)));
        }

        var written = model.Predict(source, null, longest: 8);
        Assert.Equal(64, written.Where((signs, n) => signs.SequenceEqual([n % 4, n / 4 % 4, n / 16])).Count());
    }

    [Fact]
    public void An_empty_batch_gives_nothing()
    {
        var model = Make(Prefix + "gru");
        var none = Tensor.Zeros([0, 3], DType.Int64);

        Assert.Equal(new Shape(0, 3, 5), model.Forward(none, null, none).Shape);
        Assert.Empty(model.Predict(none, null, longest: 4));
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_a_sentence()
    {
        var model = Make(Prefix + "gru");

        Assert.Contains(
            "a target (3, M)",
            Refusal(() => model.Forward(Source, Lengths, Target[..2])),
            StringComparison.Ordinal
        );
        Assert.Contains("a source is (N, L)", Refusal(() => model.Predict(Lengths, null, 3)), StringComparison.Ordinal);
        Assert.Contains(
            "lengths of shape (3)",
            Refusal(() => model.Predict(Source, Lengths[..2], 3)),
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Forward(Source, Lengths, Target, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Forward(Source + 9, Lengths, Target));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Predict(Source, Lengths, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceToSequence(new Gru(2, 3), new Gru(2, 3), 4, 5, 5));
        foreach (
            var decoder in (Recurrent[])
                [new Gru(2, 4), new Lstm(2, 3), new Gru(2, 3, layers: 2), new Gru(2, 3, bidirectional: true)]
        )
        {
            var problem = Assert.Throws<ArgumentException>(() =>
                new SequenceToSequence(new Gru(2, 3), decoder, 4, 5, 0)
            );
            Assert.Contains("ends in states of 3 in 1 layers", problem.Message, StringComparison.Ordinal);
        }

        static string Refusal(Action action) => Assert.Throws<ShapeException>(action).Message;
    }

    private static SequenceToSequence Make(string part)
    {
        Func<int, int, bool, Recurrent> make = part[Prefix.Length..] switch
        {
            "plain" => (size, hidden, _) => new Rnn(size, hidden),
            "lstm" => (size, hidden, _) => new Lstm(size, hidden),
            "lstm, peepholes, two layers" => (size, hidden, _) => new Lstm(size, hidden, 2, peepholes: true),
            "gru" => (size, hidden, _) => new Gru(size, hidden),
            _ => (size, hidden, both) => new Lstm(size, both ? hidden / 2 : hidden, 2, bidirectional: both),
        };
        var model = new SequenceToSequence(make(3, 4, true), make(2, 4, false), 6, 5, End);
        model.To(DType.Float64);
        model.Initialize(2);
        foreach (var parameter in model.Parameters)
        {
            // Far from zero, so that no two signs are nearly as likely.
            parameter.Assign(
                Tensor.RandomNormal(parameter.Shape, new RandomSource(3, parameter.Name), dtype: DType.Float64)
            );
        }

        return model;
    }

    private static string Train(long seed)
    {
        var model = new SequenceToSequence(new Lstm(3, 4), new Lstm(3, 4), 6, 5, End);
        model.Initialize(2);
        var weights = model.StateDict();
        model.Initialize(seed);
        model.LoadStateDict(weights);
        var optimizer = new Adam(model, 0.01);
        for (var number = 0; number < 5; number++)
        {
            using var step = optimizer.BeginStep();
            var scores = model.Forward(Source, Lengths, Target, teacherForcing: 0.5);
            step.Minimize(Loss.CrossEntropy(scores.Reshape(-1, 5), Target.Reshape(-1)));
        }

        return Fingerprint.Of(model);
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Golden.AssertClose(expected.ToArray<double>(), actual.ToArray<double>(), 1e-12, "scores");
}
