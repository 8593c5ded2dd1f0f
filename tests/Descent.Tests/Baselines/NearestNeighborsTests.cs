using Descent.Baselines;
using Descent.Formats;
using Descent.Numerics;

namespace Descent.Tests.Baselines;

public class NearestNeighborsTests
{
    public static TheoryData<DistanceMetric, DType, int> Kinds =>
        new MatrixTheoryData<DistanceMetric, DType, int>(
            Enum.GetValues<DistanceMetric>(),
            [DType.Float32, DType.Float64],
            [1, 5, 40]
        );

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Neighbors_are_those_of_plain_loops(DistanceMetric metric, DType dtype, int count)
    {
        var (samples, queries) = (Random("samples", [203, 3, 5, 5], dtype), Random("queries", [37, 3, 5, 5], dtype));
        var labels = Labels(203);
        var nearest = new NearestNeighbors(count, metric);
        nearest.Fit(samples, labels);
        var (distances, indices) = nearest.FindNeighbors(queries);

        Assert.Equal(new Shape(37, count), indices.Shape);
        Assert.Equal(dtype, distances.DType);
        var (expectedDistances, expectedIndices) = Plain(samples, queries, count, metric);
        Assert.Equal(expectedIndices, indices.ToArray<long>());
        var found = distances.To(DType.Float64).ToArray<double>();
        for (var i = 0; i < found.Length; i++)
        {
            Assert.Equal(expectedDistances[i], found[i], dtype == DType.Float32 ? 1e-4 : 1e-12);
        }

        Assert.Equal(Votes(expectedIndices, labels.ToArray<long>(), count), nearest.Predict(queries).ToArray<long>());
    }

    [Theory]
    [InlineData(DistanceMetric.L1)]
    [InlineData(DistanceMetric.L2)]
    public void The_reference_backend_finds_the_same_neighbors(DistanceMetric metric)
    {
        var (samples, queries) = (Random("samples", [30, 20]), Random("queries", [11, 20]));
        var nearest = new NearestNeighbors(3, metric);
        nearest.Fit(samples, Labels(30));
        var (distances, indices) = nearest.FindNeighbors(queries);
        nearest.Fit(samples.To(Device.Reference), Labels(30));
        var (expected, places) = nearest.FindNeighbors(queries.To(Device.Reference));

        Assert.Equal(Device.Reference, expected.Device);
        Assert.Equal(places.ToArray<long>(), indices.ToArray<long>());
        Assert.All(
            expected.ToArray<float>().Zip(distances.ToArray<float>()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-4)
        );
    }

    [Theory]
    [InlineData(DistanceMetric.L1)]
    [InlineData(DistanceMetric.L2)]
    public void Equal_samples_come_in_their_order_at_distance_zero(DistanceMetric metric)
    {
        var some = Random("some", [9, 300]) * 100;
        var nearest = new NearestNeighbors(3, metric);
        nearest.Fit(Tensor.Concat([some, some, some], 0), Labels(27));
        var (distances, indices) = nearest.FindNeighbors(some);

        Assert.Equal(Enumerable.Range(0, 9).SelectMany(i => new long[] { i, i + 9, i + 18 }), indices.ToArray<long>());
        Assert.All(distances.ToArray<float>(), distance => Assert.Equal(0, distance));
    }

    [Fact]
    public void The_smallest_of_equally_frequent_labels_wins()
    {
        var nearest = new NearestNeighbors(4, DistanceMetric.L1);
        nearest.Fit(Column(1, 2, 3, 4, 9), Tensor.From(new[] { 7, 7, -5, -5, -9 }));

        Assert.Equal([-5L, -5], nearest.Predict(Column(0, 5)).ToArray<long>());
    }

    [Fact]
    public void The_most_frequent_label_wins()
    {
        var nearest = new NearestNeighbors(3);
        nearest.Fit(Column(1, 2, 3, 10), Tensor.From(new long[] { 0, 8, 8, 0 }));

        Assert.Equal([8L, 8], nearest.Predict(Column(0, 5)).ToArray<long>());
    }

    [Fact]
    public void A_sample_has_the_neighbors_alone_that_it_has_among_many()
    {
        var (samples, queries) = (Random("samples", [20_000, 7]), Random("queries", [1000, 7]));
        foreach (var metric in Enum.GetValues<DistanceMetric>())
        {
            var nearest = new NearestNeighbors(2, metric);
            nearest.Fit(samples, Labels(20_000));
            var (distances, indices) = nearest.FindNeighbors(queries);
            foreach (var row in new[] { 0, 837, 838, 839, 999 })
            {
                var (distance, index) = nearest.FindNeighbors(queries[row..(row + 1)]);
                Assert.Equal(distances[row].ToArray<float>(), distance.ToArray<float>());
                Assert.Equal(indices[row].ToArray<long>(), index.ToArray<long>());
            }
        }
    }

    [Fact]
    public void No_queries_have_no_labels()
    {
        var nearest = new NearestNeighbors();
        nearest.Fit(Column(1, 2), Labels(2));

        Assert.Equal(new Shape(0), nearest.Predict(Tensor.Zeros([0, 1])).Shape);
    }

    [Fact]
    public void Samples_of_a_training_step_outlive_it()
    {
        var weight = new Parameter([1], Initializers.Ones);
        var nearest = new NearestNeighbors();
        using (new Descent.Optimizers.Sgd(new[] { weight }, 0.1).BeginStep())
        {
            nearest.Fit(Column(1, 2) * weight, Labels(2));
        }

        Assert.Equal([1L], nearest.Predict(Column(2)).ToArray<long>());
    }

    /// <summary>The figures are those of an exact search by plain loops over the whole numbers.</summary>
    [Theory]
    [InlineData(1, DistanceMetric.L1, 453)]
    [InlineData(1, DistanceMetric.L2, 461)]
    [InlineData(5, DistanceMetric.L2, 459)]
    public void Real_digits_are_read(int neighbors, DistanceMetric metric, int correct) =>
        Assert.Equal(correct, CorrectDigits(new NearestNeighbors(neighbors, metric), samples: 10_000, queries: 500));

    /// <summary>All of MNIST, with the figures known from exact searches: run with <c>--explicit only</c>.</summary>
    [Theory(Explicit = true)]
    [InlineData(1, DistanceMetric.L1, 9631)]
    [InlineData(1, DistanceMetric.L2, 9691)]
    [InlineData(3, DistanceMetric.L2, 9705)]
    public void All_real_digits_are_read(int neighbors, DistanceMetric metric, int correct) =>
        Assert.Equal(correct, CorrectDigits(new NearestNeighbors(neighbors, metric), samples: 60_000, queries: 10_000));

    [Fact]
    public void Misuse_is_named()
    {
        var nearest = new NearestNeighbors(3);
        var features = Random("features", [5, 4]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new NearestNeighbors(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NearestNeighbors(1, (DistanceMetric)9));
        Assert.Contains("Fit first", Assert.Throws<InvalidOperationException>(() => nearest.Predict(features)).Message);
        Assert.Throws<ShapeException>(() => nearest.Fit(features, Labels(4)));
        Assert.Throws<ShapeException>(() => nearest.Fit(features[..2], Labels(2)));
        Assert.Throws<ShapeException>(() => nearest.Fit(Tensor.Zeros([5]), Labels(5)));
        Assert.Contains(
            "To(DType.Float32)",
            Assert.Throws<DTypeException>(() => nearest.Fit(features.To(DType.UInt8), Labels(5))).Message
        );
        Assert.Throws<DTypeException>(() => nearest.Fit(features, Labels(5).To(DType.Float32)));
        Assert.Throws<ArgumentException>(() => nearest.Fit(features / 0, Labels(5)));
        nearest.Fit(features, Labels(5));
        Assert.Throws<DTypeException>(() => nearest.Predict(features.To(DType.Float64)));
        Assert.Contains("(2, 3)", Assert.Throws<ShapeException>(() => nearest.Predict(Tensor.Zeros([2, 3]))).Message);
        Assert.Throws<ArgumentException>(() => nearest.Predict(features.To(Device.Reference)));
        Assert.Throws<ArgumentException>(() => nearest.Predict(features * double.NaN));
    }

    private static Tensor Random(string purpose, Shape shape, DType dtype = DType.Float32) =>
        Tensor.RandomNormal(shape, new RandomSource(5, purpose), dtype: dtype);

    private static Tensor Labels(int count) => Tensor.From([.. Enumerable.Range(0, count).Select(i => (long)(i % 7))]);

    private static Tensor Column(params float[] values) => Tensor.From(values).Unsqueeze(1);

    // Whole numbers from 0 to 255: float32 holds sums of differences exactly, float64 those of squares too.
    private static int CorrectDigits(NearestNeighbors nearest, int samples, int queries)
    {
        var dtype = nearest.Metric == DistanceMetric.L1 ? DType.Float32 : DType.Float64;
        var (images, labels) = Digits("train", samples);
        nearest.Fit(images.To(dtype), labels);
        var (queryImages, queryLabels) = Digits("t10k", queries);
        var predicted = nearest.Predict(queryImages.To(dtype)).ToArray<long>();
        return predicted.Zip(queryLabels.ToArray<long>()).Count(pair => pair.First == pair.Second);
    }

    private static (Tensor Images, Tensor Labels) Digits(string part, int count) =>
        (
            Idx.Read(SharedData.Require("mnist", part + "-images-idx3-ubyte.gz"))[..count],
            Idx.Read(SharedData.Require("mnist", part + "-labels-idx1-ubyte.gz"))[..count].To(DType.Int64)
        );

    private static (double[] Distances, long[] Indices) Plain(
        Tensor samples,
        Tensor queries,
        int count,
        DistanceMetric metric
    )
    {
        var (a, b) = (queries.Flatten().To(DType.Float64), samples.Flatten().To(DType.Float64));
        var (rows, others) = (a.ToArray<double>().Chunk(a.Shape[1]), b.ToArray<double>().Chunk(b.Shape[1]).ToArray());
        var found = rows.SelectMany(row =>
            others
                .Select((other, place) => (Distance: Distance(row, other, metric), Place: (long)place))
                .Order()
                .Take(count)
        );
        return ([.. found.Select(pair => pair.Distance)], [.. found.Select(pair => pair.Place)]);
    }

    private static double Distance(double[] a, double[] b, DistanceMetric metric) =>
        metric == DistanceMetric.L1
            ? a.Zip(b, (x, y) => Math.Abs(x - y)).Sum()
            : Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static IEnumerable<long> Votes(long[] places, long[] labels, int count) =>
        places
            .Chunk(count)
            .Select(row =>
                row.Select(place => labels[place])
                    .GroupBy(label => label)
                    .OrderByDescending(group => group.Count())
                    .ThenBy(group => group.Key)
                    .First()
                    .Key
            );
}
