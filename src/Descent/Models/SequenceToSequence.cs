using Descent.Layers;
using Descent.Numerics;

namespace Descent.Models;

/// <summary>Turns sequences of signs into other sequences of signs: an encoder reads, a decoder writes from the state that the encoder ends in.</summary>
/// <remarks>
/// <para><b>Formula</b>: state = encoder(source); the decoder sees the sign before (the end sign at first) and gives the scores
/// of the next. In training that sign is the right one (teacher forcing) or the one the decoder itself finds likeliest;
/// in prediction always the latter, until it writes the end sign.</para>
/// <para>Any recurrent layers serve, as long as the decoder's state has the encoder's sizes; a bidirectional encoder's two
/// states are put side by side, so that the decoder's is twice as wide.</para>
/// <para><b>Source</b>: Sutskever et al. 2014 (encoder and decoder); Williams and Zipser 1989 (teacher forcing); Bengio et al.
/// 2015 (a coin for each sign).</para>
/// </remarks>
/// <example><code>
/// var model = new SequenceToSequence(new Gru(24, 128), new Gru(24, 128), sourceSigns: 40, targetSigns: 12, endSign: 11);
/// foreach (var (source, lengths, target) in loader)
/// {
///     using var step = optimizer.BeginStep();
///     var scores = model.Forward(source, lengths, target, teacherForcing: 0.5);
///     step.Minimize(Loss.CrossEntropy(scores.Reshape(-1, 12), target.Reshape(-1)));
/// }
/// int[][] written = model.Predict(source, lengths, longest: 10);
/// </code></example>
public sealed class SequenceToSequence : Module
{
    private readonly Embedding sourceEmbedding;
    private readonly Recurrent encoder;
    private readonly Embedding targetEmbedding;
    private readonly Recurrent decoder;
    private readonly Linear head;
    private readonly int directions;
    private readonly int layers;
    private long seed;

    /// <summary>Puts the parts together.</summary>
    /// <param name="encoder">Reads the source; its input size is that of the source's embedding.</param>
    /// <param name="decoder">Writes the target, in one direction; its input size is that of the target's embedding.</param>
    /// <param name="sourceSigns">How many signs a source may hold, numbered from 0.</param>
    /// <param name="targetSigns">K, how many signs a target may hold, the end sign included.</param>
    /// <param name="endSign">The sign of a target that stands behind its last; it also starts the decoder.</param>
    /// <exception cref="ArgumentException">The decoder's state does not have the encoder's sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is not positive, or the end sign is none of the target's.</exception>
    public SequenceToSequence(Recurrent encoder, Recurrent decoder, int sourceSigns, int targetSigns, int endSign)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentOutOfRangeException.ThrowIfNegative(endSign);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(endSign, targetSigns);
        directions = encoder.OutputSize / encoder.Cells[0].OutputSize;
        layers = encoder.Cells.Count / directions;
        var sizes = encoder.Cells[0].StateSizes.Select(size => directions * size);
        if (
            decoder.OutputSize != decoder.Cells[0].OutputSize
            || decoder.Cells.Count != layers
            || !decoder.Cells[0].StateSizes.SequenceEqual(sizes)
        )
        {
            throw new ArgumentException(
                $"SequenceToSequence: the encoder {encoder} ends in states of {string.Join(" and ", sizes)} in {layers} layers; "
                    + $"the decoder must start from them, in one direction, but is {decoder}.",
                nameof(decoder)
            );
        }

        (this.encoder, this.decoder, EndSign) = (encoder, decoder, endSign);
        sourceEmbedding = new Embedding(sourceSigns, encoder.Cells[0].InputSize);
        targetEmbedding = new Embedding(targetSigns, decoder.Cells[0].InputSize);
        head = new Linear(decoder.OutputSize, targetSigns);
    }

    /// <summary>The sign behind a target's last, which also starts the decoder.</summary>
    public int EndSign { get; }

    /// <summary>The scores of every sign of given targets.</summary>
    /// <remarks>
    /// Whether a sign comes from the target is drawn for each from (seed, <c>teacher</c>, path, step number, call within the
    /// step, place): the same on every run. At a share of 1 the decoder runs over all steps at once.
    /// </remarks>
    /// <param name="source">int64 or int32 (N, L); what stands after the end of each is not read.</param>
    /// <param name="lengths">The length of each source, (N); all L when null.</param>
    /// <param name="target">int64 (N, M): the signs, the end sign, and end signs again up to the longest.</param>
    /// <param name="teacherForcing">The share of signs that the decoder is given from the target, 0 to 1, rather than its own.</param>
    /// <returns>Logits, (N, M, K).</returns>
    /// <exception cref="ShapeException">Source, lengths and target do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sign is none of those there are, or the share is no share.</exception>
    public Tensor Forward(Tensor source, Tensor? lengths, Tensor target, double teacherForcing = 1)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (teacherForcing is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(teacherForcing),
                teacherForcing,
                "SequenceToSequence: the share of teacher forcing is from 0 to 1."
            );
        }

        var state = Encode(source, lengths);
        var (batch, steps) = (source.Shape[0], target.Rank == 2 ? target.Shape[1] : 0);
        if (steps == 0 || target.Shape[0] != batch)
        {
            throw new ShapeException(
                $"SequenceToSequence: a source {source.Shape} needs a target ({batch}, M) with M of at least 1, found {target.Shape}."
            );
        }

        target = target.To(DType.Int64);
        if (teacherForcing == 1)
        {
            return Decode(Tensor.Concat([Start(batch), target[.., ..^1]], axis: 1), state).Scores;
        }

        var isGiven = Tensor.RandomUniform([batch, steps], Coins()) < teacherForcing;
        var (sign, scores) = (Start(batch), new Tensor[steps]);
        for (var step = 0; step < steps; step++)
        {
            (scores[step], state) = Decode(sign, state);
            var place = step..(step + 1);
            sign = Tensor.Where(isGiven[.., place], target[.., place], scores[step].ArgMax(axis: 2));
        }

        return Tensor.Concat(scores, axis: 1);
    }

    /// <summary>Writes targets running free: each sign is the likeliest after those that it wrote itself.</summary>
    /// <param name="source">int64 or int32 (N, L); what stands after the end of each is not read.</param>
    /// <param name="lengths">The length of each source, (N); all L when null.</param>
    /// <param name="longest">After how many signs to stop where no end sign came.</param>
    /// <returns>The signs of each before its end sign.</returns>
    /// <exception cref="ShapeException">Source and lengths do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A sign is none of those there are, or the longest is not positive.</exception>
    public int[][] Predict(Tensor source, Tensor? lengths, int longest)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        var state = Encode(source, lengths);
        var sign = Start(source.Shape[0]);
        var written = Array.ConvertAll(new int[source.Shape[0]], _ => new List<int>());
        var writing = Enumerable.Range(0, written.Length).ToHashSet();
        for (var step = 0; step < longest && writing.Count > 0; step++)
        {
            (var scores, state) = Decode(sign, state);
            sign = scores.ArgMax(axis: 2);
            var signs = sign.ToArray<long>();
            writing.RemoveWhere(row => signs[row] == EndSign);
            foreach (var row in writing)
            {
                written[row].Add((int)signs[row]);
            }
        }

        return Array.ConvertAll(written, signs => signs.ToArray());
    }

    private protected override void Seed(long seed) => this.seed = seed;

    private RecurrentState Encode(Tensor source, Tensor? lengths)
    {
        ArgumentNullException.ThrowIfNull(source);
        EnsureInitialized();
        if (source.Rank != 2 || source.Shape[1] == 0)
        {
            throw new ShapeException(
                $"SequenceToSequence: a source is (N, L) with L of at least 1, found {source.Shape}."
            );
        }

        // (layers · directions, N, H) to (layers, N, directions · H).
        var (batch, last) = (source.Shape[0], encoder.Forward(sourceEmbedding.Forward(source), null, lengths).State);
        return new RecurrentState([
            .. last.Parts.Select(
                (part, index) =>
                    part.Reshape([layers, directions, batch, encoder.Cells[0].StateSizes[index]])
                        .Transpose(1, 2)
                        .Reshape([layers, batch, decoder.Cells[0].StateSizes[index]])
            ),
        ]);
    }

    private (Tensor Scores, RecurrentState State) Decode(Tensor signs, RecurrentState state)
    {
        var (output, last) = decoder.Forward(targetEmbedding.Forward(signs), state);
        return (head.Forward(output), last);
    }

    private Tensor Start(int batch) => Tensor.Full([batch, 1], EndSign, DType.Int64);

    private RandomSource Coins()
    {
        var source = new RandomSource(seed, "teacher").Split(Path);
        return Tape.Current is { } tape
            ? source.Split(tape.StepNumber).Split(tape.NextCall(this))
            : source.Split(0).Split(0);
    }
}
