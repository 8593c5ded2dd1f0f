using Descent.Data;
using Descent.Layers;

namespace Descent.Tests.Data;

public class SequenceDatasetTests
{
    [Fact]
    public void A_batch_of_signs_is_filled_up_to_its_longest()
    {
        int[][] words =
        [
            [1, 2],
            [],
            [3, 4, 5],
            [6],
        ];
        var dataset = new SequenceDataset(words, Tensor.From([7L, 8, 9, 10]), filler: 99);

        var (values, lengths, labels) = dataset.Batch([3, 0, 1]);

        Assert.Equal(new Shape(3, 2), values.Shape);
        Assert.Equal([6, 99, 1, 2, 99, 99], values.ToArray<long>());
        Assert.Equal([1, 2, 0], lengths.ToArray<long>());
        Assert.Equal([10, 7, 8], labels.ToArray<long>());
        Assert.Equal([2, 0, 3, 1], dataset.Lengths);
        Assert.Equal(new Shape(1, 1), dataset.Batch([1]).Values.Shape);
        Assert.Equal([1, 2, 0, 0, 0, 0, 3, 4, 5], SequenceBatch.Pad(words[..3]).ToArray<long>());
        Assert.Equal(new Shape(0, 1), SequenceBatch.Pad([]).Shape);
    }

    [Fact]
    public void Steps_of_numbers_are_filled_with_zeros_and_labels_may_be_sequences()
    {
        Tensor[] sequences = [Tensor.Ones([1, 2]), Tensor.Full([3, 2], 2), Tensor.Full([2, 2], 3)];
        var dataset = new SequenceDataset(sequences, Tensor.Arange(6).Reshape(3, 2));

        var (values, lengths, labels) = dataset.Batch([2, 0]);

        Assert.Equal([3f, 3, 3, 3, 1, 1, 0, 0], values.ToArray<float>());
        Assert.Equal(new Shape(2, 2, 2), values.Shape);
        Assert.Equal([2, 1], lengths.ToArray<long>());
        Assert.Equal([4, 5, 0, 1], labels.ToArray<long>());
    }

    [Fact]
    public void Its_loader_gives_every_sequence_once_and_a_recurrence_reads_it()
    {
        Tensor[] sequences = [.. Enumerable.Range(1, 20).Select(length => Tensor.Ones([length, 3]))];
        var dataset = new SequenceDataset(sequences, Tensor.Arange(20));
        var layer = new Gru(3, 4);
        var seen = new List<long>();
        foreach (var (values, lengths, labels) in dataset.Loader(4, maxPadding: 0.3, shuffle: true, seed: 2))
        {
            var (_, state) = layer.Forward(values, null, lengths);
            Assert.Equal(new Shape(labels.Shape[0], 4), layer.LastOutput(state).Shape);
            Assert.Equal(labels.ToArray<long>().Select(label => label + 1), lengths.ToArray<long>());
            seen.AddRange(labels.ToArray<long>());
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(label => (long)label), seen.Order());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var problem = Assert.Throws<ShapeException>(() =>
            new SequenceDataset(
                [
                    [1],
                    [2],
                ],
                Tensor.From([1L])
            )
        );
        Assert.Contains("2 sequences need labels (2, …), found (1)", problem.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SequenceDataset(Array.Empty<Tensor>(), Tensor.From([1L])));
        Assert.Throws<ShapeException>(() =>
            new SequenceDataset([Tensor.Ones([2, 3]), Tensor.Ones([2, 4])], Tensor.From([1L, 2]))
        );
        var dataset = new SequenceDataset(
            [
                [1],
            ],
            Tensor.From([1L])
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Batch([1]));
    }
}
