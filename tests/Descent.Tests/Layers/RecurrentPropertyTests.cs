using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

/// <summary>Every recurrent layer class with options, lengths, masks and states before the first step drawn at random: length 0, length 1, batch 1 and sequences of padding alone among them.</summary>
public class RecurrentPropertyTests
{
    public static TheoryData<string> Classes => [.. RecurrentOptions.ByClass.Keys];

    /// <summary>How a layer is told which steps are there.</summary>
    internal enum Way
    {
        Lengths,
        Packed,
        Masked,
    }

    [Theory]
    [Trait("check", "gradient")]
    [MemberData(nameof(Classes))]
    public void Gradients_agree_with_finite_differences_whatever_is_there(string part) =>
        ForEach(
            part,
            15,
            sample =>
            {
                var (layer, input, start) = (sample.Make(), sample.Input(), sample.Start());
                Tensor[] inputs = [input, .. start, .. layer.Parameters];
                var found = GradientCheck.Compare(
                    x => All(sample.Run(layer, x[0], x[1..(1 + start.Length)])),
                    inputs,
                    sample.Training,
                    placesPerInput: 4
                );
                Assert.True(found.LargestError <= 1e-7, $"{sample}: {found}");
            }
        );

    [Theory]
    [MemberData(nameof(Classes))]
    public void Steps_that_are_not_there_have_no_influence(string part) =>
        ForEach(
            part,
            25,
            sample =>
            {
                var layer = sample.Make();
                var start = sample.Start();
                var expected = Results(sample, layer, sample.Input(), start);
                // What a mask leaves out is multiplied by zero; what stands behind a sequence's end is not even read.
                var other = sample.Way == Way.Masked ? 1e3 : double.NaN;
                var found = Results(sample, layer, sample.Input(other), start);

                Assert.Equal(expected, found);
                var (slopes, width) = (found[^1], layer.OutputSize);
                for (var step = 0; step < sample.Steps.Length; step++)
                {
                    if (!sample.Steps[step])
                    {
                        var (c, outputs) = (sample.Options.Inputs, found[0]);
                        Assert.All(slopes[(step * c)..((step + 1) * c)], slope => Assert.Equal(0, slope));
                        Assert.All(outputs[(step * width)..((step + 1) * width)], value => Assert.Equal(0, value));
                    }
                }
            }
        );

    [Theory]
    [MemberData(nameof(Classes))]
    public void Lengths_packing_and_masking_agree(string part) =>
        ForEach(
            part,
            25,
            sample =>
            {
                var byLengths = sample with { Way = Way.Lengths };
                var (layer, input, start) = (sample.Make(), sample.Input(), sample.Start());
                var expected = All(byLengths.Run(layer, input, start));

                foreach (var way in (Way[])[Way.Packed, Way.Masked])
                {
                    RecurrentStateTests.AssertSame(
                        expected,
                        All((byLengths with { Way = way }).Run(layer, input, start))
                    );
                }
            },
            sample => sample.Way != Way.Masked
        );

    /// <summary>Outputs, states and the gradients of all that was given, the input's last.</summary>
    private static double[][] Results(RecurrentSample sample, Recurrent layer, Tensor input, Tensor[] start)
    {
        Tensor[] leaves = [.. layer.Parameters, .. start, input];
        using var recording = Gradients.Record(leaves);
        var (output, state) = sample.Run(layer, input, start);
        var all = All((output, state));
        var slopes = RecurrentStateTests.Normal("slopes", all.Shape);
        return
        [
            output.ToArray<double>(),
            .. state.Parts.Select(values => values.ToArray<double>()),
            .. Gradients.Of((all * slopes).Sum(), leaves).Select(gradient => gradient.ToArray<double>()),
        ];
    }

    private static Tensor All((Tensor Output, RecurrentState State) found) =>
        Tensor.Concat([found.Output.Flatten(0), .. found.State.Parts.Select(part => part.Flatten(0))]);

    private static void ForEach(
        string part,
        int count,
        Action<RecurrentSample> assert,
        Func<RecurrentSample, bool>? suits = null
    ) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(1, 3).WithQuietOnSuccess(true),
            Prop.ForAll(Samples(part).Where(suits ?? (_ => true)).ToArbitrary(), assert)
        );

    private static Gen<RecurrentSample> Samples(string part) =>
        from options in RecurrentOptions.Drawn
        from batch in Gen.Choose(1, 4)
        from length in Gen.Choose(1, 4)
        from way in Gen.Elements(Enum.GetValues<Way>())
        from counts in Gen.ArrayOf(Gen.Choose(0, length), batch)
        from steps in Gen.ArrayOf(Gen.Elements(true, false), batch * length)
        from hasStart in Gen.Elements(true, false)
        from training in Gen.Elements(true, false)
        select new RecurrentSample(
            part,
            options,
            counts,
            way == Way.Masked
                ? steps
                : [.. counts.SelectMany(count => Enumerable.Range(0, length).Select(step => step < count))],
            way,
            hasStart,
            training
        );

    /// <summary>A layer, how long its sequences are, or which of their steps are there, and whether a state is given.</summary>
    internal sealed record RecurrentSample(
        string Part,
        RecurrentOptions Options,
        int[] Counts,
        bool[] Steps,
        Way Way,
        bool HasStart,
        bool Training
    )
    {
        private int Batch => Counts.Length;

        private int Length => Steps.Length / Batch;

        public Recurrent Make()
        {
            var layer = RecurrentOptions.ByClass[Part](Options);
            layer.To(DType.Float64);
            layer.Initialize(1);
            return layer;
        }

        /// <summary>Numbers of a normal distribution; for what is not there another number, if one is given.</summary>
        public Tensor Input(double? absent = null)
        {
            Shape shape = [Batch, Length, Options.Inputs];
            var values = RecurrentStateTests.Normal("input", shape).ToArray<double>();
            return Tensor.From(
                [.. values.Select((value, i) => Steps[i / Options.Inputs] ? value : absent ?? value)],
                shape
            );
        }

        /// <summary>The parts of the state before the first step; none where zeros or the learned ones are meant.</summary>
        public Tensor[] Start()
        {
            var cells = Make().Cells;
            return HasStart
                ?
                [
                    .. cells[0]
                        .StateSizes.Select(
                            (size, i) => RecurrentStateTests.Normal($"start {i}", [cells.Count, Batch, size])
                        ),
                ]
                : [];
        }

        public (Tensor Output, RecurrentState State) Run(Recurrent layer, Tensor input, Tensor[] start)
        {
            var state = start.Length == 0 ? null : new RecurrentState(start);
            if (Way == Way.Masked)
            {
                return layer.ForwardMasked(input, Tensor.From(Steps, [Batch, Length]), state);
            }

            var lengths = Tensor.From(Counts);
            if (Way == Way.Lengths)
            {
                return layer.Forward(input, state, lengths);
            }

            var (output, last) = layer.Forward(PackedSequence.Pack(input, lengths), state);
            return (output.Unpack(), last);
        }

        public override string ToString() =>
            $"{RecurrentOptions.ByClass[Part](Options)}, {Options}, {Way}, lengths {string.Join(' ', Counts)}, steps "
            + $"{string.Concat(Steps.Select(step => step ? '1' : '0'))}, state given {HasStart}, training {Training}";
    }
}
