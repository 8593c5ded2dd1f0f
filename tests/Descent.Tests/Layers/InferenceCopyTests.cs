using Descent.Layers;
using Descent.Models;
using Descent.Numerics;

namespace Descent.Tests.Layers;

/// <summary>Normalisations folded into the layers before them: the same function.</summary>
public class InferenceCopyTests
{
    public static TheoryData<string> Names => [.. Networks.Keys];

    private static Dictionary<string, (Func<Layer> Make, Shape Input)> Networks { get; } =
        new()
        {
            ["convolution"] = (() => new Sequential { new Conv2d(2, 3, 3), new BatchNorm2d(3) }, [2, 2, 6, 5]),
            ["convolution without bias, activation"] = (
                () => new Sequential { new Conv2d(2, 3, 3, bias: false), new BatchNorm2d(3), new Relu() },
                [2, 2, 6, 5]
            ),
            ["groups, no affine part"] = (
                () => new Sequential { new Conv2d(4, 6, 3, groups: 2), new BatchNorm2d(6, affine: false), new Tanh() },
                [2, 4, 6, 5]
            ),
            ["sequences"] = (() => new Sequential { new Conv1d(2, 3, 3), new BatchNorm1d(3) }, [2, 2, 6]),
            ["dense"] = (
                () =>
                    new Sequential
                    {
                        new Linear(5, 4, bias: false),
                        new BatchNorm1d(4),
                        new Sigmoid(),
                        new Linear(4, 2),
                    },
                [3, 5]
            ),
            ["nested"] = (
                () => new Residual(new Sequential { new Conv2d(2, 2, 1), new BatchNorm2d(2), new Relu() }),
                [2, 2, 4, 4]
            ),
            ["residual block"] = (() => new BasicBlock(2, 3, stride: 2), [2, 2, 6, 6]),
            ["bottleneck"] = (() => new BottleneckBlock(4, 2), [2, 4, 5, 5]),
        };

    [Theory]
    [MemberData(nameof(Names))]
    public void Folded_networks_compute_the_same(string name)
    {
        var net = Fill(Networks[name].Make());
        var input = Input(Networks[name].Input);
        var expected = net.Forward(input).ToArray<double>();
        var copy = net.ForInference();

        Golden.AssertClose(expected, copy.Forward(input).ToArray<double>(), 1e-13, name);
        Assert.Empty(copy.Find<BatchNorm>());
        Assert.Equal(net.Find<BatchNorm>().Count, copy.Find<Identity>().Count);
        Assert.All(copy.Parameters, parameter => Assert.True(parameter.IsFrozen));
        Assert.All(net.Parameters, parameter => Assert.False(parameter.IsFrozen));
        Assert.Equal(expected, net.Forward(input).ToArray<double>());
    }

    [Fact]
    public void A_shared_convolution_is_folded_each_time_by_itself()
    {
        var shared = new Conv2d(2, 2, 1);
        var net = Fill(new Sequential { shared, new BatchNorm2d(2), shared, new BatchNorm2d(2) });
        var input = Input([1, 2, 3, 3]);

        Golden.AssertClose(
            net.Forward(input).ToArray<double>(),
            net.ForInference().Forward(input).ToArray<double>(),
            1e-13,
            "shared"
        );
    }

    [Fact]
    public void A_normalisation_of_other_channels_than_the_dense_layer_gives_stays()
    {
        var net = Fill(new Sequential { new Linear(5, 4), new BatchNorm1d(3) });
        var input = Input([2, 3, 5]);
        var copy = net.ForInference();

        Assert.Equal(net.Forward(input).ToArray<double>(), copy.Forward(input).ToArray<double>());
        Assert.Single(copy.Find<BatchNorm>());
    }

    [Fact]
    public void A_dense_layer_folded_over_rows_refuses_sequences_that_it_would_get_wrong()
    {
        var net = new Sequential { new Linear(5, 3), new BatchNorm1d(3), new Relu() };
        Fill(net);
        var copy = net.ForInference();

        Golden.AssertClose(
            net.Forward(Input([4, 5])).ToArray<double>(),
            copy.Forward(Input([4, 5])).ToArray<double>(),
            1e-13,
            "rows"
        );
        var problem = Assert.Throws<ShapeException>(() => copy.Forward(Input([2, 3, 5])));
        Assert.Contains("over rows (N, 5), found (2, 3, 5) (layer 1)", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_normalisation_without_a_layer_before_it_stays()
    {
        var net = Fill(new Sequential { new BatchNorm1d(4), new Linear(4, 2), new Relu(), new BatchNorm1d(2) });

        Assert.Equal(2, net.ForInference().Find<BatchNorm>().Count);
    }

    private static Layer Fill(Layer net)
    {
        net.To(DType.Float64);
        net.Initialize(1);
        var source = new RandomSource(2, "statistics");
        foreach (var parameter in net.Find<BatchNorm>().SelectMany(norm => norm.Parameters.Concat(norm.Buffers)))
        {
            parameter.Assign(
                Tensor.RandomUniform(parameter.Shape, source.Split(parameter.Name), 0.5, 1.5, DType.Float64)
            );
        }

        return net;
    }

    private static Tensor Input(Shape shape) =>
        Tensor.RandomNormal(shape, new RandomSource(3, "input"), dtype: DType.Float64);
}
