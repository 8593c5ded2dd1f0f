using Descent.Formats;
using Descent.Layers;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Layers;

public class HierarchicalSoftmaxTests
{
    private static readonly Dictionary<string, ClassTree> Trees = new()
    {
        ["HierarchicalSoftmax: two classes"] = ClassTree.Balanced(2),
        ["HierarchicalSoftmax: balanced"] = ClassTree.Balanced(11),
        ["HierarchicalSoftmax: by frequency"] = ClassTree.Huffman(50, 1, 2, 3, 30, 5, 9),
        ["HierarchicalSoftmax: one deep branch"] = new((2, ~1), (~2, 0), (3, 1)),
    };

    public static TheoryData<string> Parts => [.. Trees.Keys];

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(Parts))]
    public void Probabilities_are_products_along_the_way(string part)
    {
        var (layer, features, labels) = Make(part);
        var (x, w, b) = (features.ToArray<double>(), layer.Weight.ToArray<double>(), layer.Bias.ToArray<double>());
        var (count, classes) = (features.Shape[0], layer.Tree.ClassCount);
        var expected = new double[count * classes];
        for (var n = 0; n < count; n++)
        {
            Walk(n, 0, 0);
        }

        var found = layer.Forward(features);
        Golden.AssertClose(expected, found.ToArray<double>(), 1e-13, part);
        Golden.AssertClose(
            [.. Enumerable.Repeat(1.0, count)],
            found.Exp().Sum(1).ToArray<double>(),
            1e-13,
            $"{part}, the sum of probabilities"
        );
        var loss = -labels.ToArray<long>().Select((label, n) => expected[n * classes + label]).Average();
        Assert.Equal(loss, layer.Loss(features, labels).ToScalar(), 1e-13);
        Assert.Equal(found.ArgMax(1).ToArray<long>(), layer.Predict(features).ToArray<long>());

        void Walk(int n, int node, double before)
        {
            var question = b[node];
            for (var i = 0; i < 3; i++)
            {
                question += w[node * 3 + i] * x[n * 3 + i];
            }

            Go(layer.Tree.Nodes[node].Left, before - Math.Log(1 + Math.Exp(question)));
            Go(layer.Tree.Nodes[node].Right, before - Math.Log(1 + Math.Exp(-question)));

            void Go(int child, double reached)
            {
                if (child >= 0)
                {
                    expected[n * classes + child] = reached;
                }
                else
                {
                    Walk(n, ~child, reached);
                }
            }
        }
    }

    [Theory]
    [Trait("check", "gradient")]
    [MemberData(nameof(Parts))]
    public void The_gradient_of_the_loss_agrees_with_finite_differences(string part)
    {
        var (layer, features, labels) = Make(part);
        var found = GradientCheck.Compare(x => layer.Loss(x[0], labels), [features, layer.Weight, layer.Bias]);

        Assert.True(found.LargestError <= 1e-8, found.ToString());
    }

    [Fact]
    public void It_learns_and_changes_only_the_nodes_on_the_way()
    {
        var layer = new HierarchicalSoftmax(3, 64);
        layer.Initialize(1);
        var before = layer.Weight.ToArray<float>().Chunk(3).ToArray();
        var optimizer = new Sgd(layer, 0.5);
        var (features, labels) = (Tensor.Eye(3), Tensor.From([5L, 40, 41]));
        for (var number = 0; number < 100; number++)
        {
            using var step = optimizer.BeginStep();
            step.Minimize(layer.Loss(features, labels));
        }

        var after = layer.Weight.ToArray<float>().Chunk(3);
        Assert.Equal([5L, 40, 41], layer.Predict(features).ToArray<long>());
        Assert.Equal(11, before.Zip(after).Count(rows => !rows.First.SequenceEqual(rows.Second)));
    }

    [Theory]
    [Trait("check", "state")]
    [InlineData("HierarchicalSoftmax: the tree")]
    public void The_tree_is_saved_and_loaded_with_the_weights(string part)
    {
        using var folder = new TemporaryFolder();
        Sequential saved = [new Relu(), new HierarchicalSoftmax(3, ClassTree.Huffman(50, 1, 2, 3, 30, 5, 9))];
        saved.Initialize(3);
        Safetensors.Write(folder.File("net.safetensors"), saved.StateDict());
        var head = new HierarchicalSoftmax(3, 7);
        Sequential loaded = [new Relu(), head];
        var copy = loaded.Clone();
        loaded.LoadStateDict(Safetensors.Read(folder.File("net.safetensors")).Tensors);

        var features = Tensor.RandomNormal([4, 3], new RandomSource(1, "features"));
        Assert.Equal(saved.Forward(features).ToArray<float>(), loaded.Forward(features).ToArray<float>());
        Assert.True(((HierarchicalSoftmax)saved[1]).Tree.Nodes.SequenceEqual(head.Tree.Nodes), part);
        Assert.Equal(ClassTree.Balanced(7).Nodes, ((HierarchicalSoftmax)copy[1]).Tree.Nodes);
    }

    [Fact]
    public void A_state_whose_tree_does_not_fit_is_refused_and_changes_nothing()
    {
        var layer = new HierarchicalSoftmax(3, 4);
        layer.Initialize(1);
        var weights = layer.Weight.ToArray<float>();
        var state = new HierarchicalSoftmax(3, 4).StateDict();
        state["tree"] = Tensor.From(
            new long[,]
            {
                { 0, -2 },
                { 0, -3 },
                { 2, 3 },
            }
        );
        Refuses("tree: ClassTree: class 0 comes twice");
        state["tree"] = Tensor.From(
            new long[,]
            {
                { 0, 1 },
            }
        );
        Refuses("tree has shape (1, 2) where (3, 2) is expected");
        state.Remove("tree");
        Refuses("missing tree (3, 2)");

        void Refuses(string reason)
        {
            var problem = Assert.Throws<StateMismatchException>(() => layer.LoadStateDict(state));
            Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
            Assert.Equal(weights, layer.Weight.ToArray<float>());
            Assert.Equal(ClassTree.Balanced(4).Nodes, layer.Tree.Nodes);
        }
    }

    [Fact]
    public void Trees_are_as_deep_as_they_should_be()
    {
        Assert.Equal(15, ClassTree.Balanced(22_000).Depth);
        Assert.Equal(3, ClassTree.Balanced(8).Depth);
        var tree = ClassTree.Huffman(8, 4, 2, 1, 1);
        Assert.Equal(4, tree.Depth);
        Assert.Equal([1, 2, 3, 4, 4], Enumerable.Range(0, 5).Select(c => tree.WayTo(c).Nodes.Length));
        Assert.Equal(5, ClassTree.Huffman(new double[32]).Depth);
    }

    [Theory]
    [InlineData("class 0 comes twice", 0, -2, 0, 1)]
    [InlineData("class 7 comes twice, or is none of the 3", 0, -2, 7, 1)]
    [InlineData("inner node 0 comes twice", 0, -1, 1, 2)]
    [InlineData("inner node 2 comes twice, or is none of the 2", 0, -3, 1, 2)]
    [InlineData("no way leads from the root to class 2", 0, 1, 2, -2)]
    public void A_tree_that_is_none_is_refused(string reason, int left, int right, int left1, int right1)
    {
        var problem = Assert.Throws<ArgumentException>(() => new ClassTree((left, right), (left1, right1)));
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ClassTree());
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassTree.Balanced(1));
        Assert.Contains("class 1 is -2", Refused(() => ClassTree.Huffman(1, -2)), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ClassTree.Huffman(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HierarchicalSoftmax(0, 5));
        var layer = new HierarchicalSoftmax(3, 5);
        var features = Tensor.Ones([2, 3]);
        Assert.Contains(
            "label 5 (number 1)",
            Refused(() => layer.Loss(features, Tensor.From([0L, 5]))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "need labels (2)",
            Refused(() => layer.Loss(features, Tensor.From([0L]))),
            StringComparison.Ordinal
        );
        Assert.Contains("float32", Refused(() => layer.Loss(features, Tensor.Ones([2]))), StringComparison.Ordinal);
        Assert.Contains(
            "(N, 3)",
            Refused(() => layer.Loss(Tensor.Ones([2, 4]), Tensor.From([0L, 1]))),
            StringComparison.Ordinal
        );

        static string Refused(Func<object> make) => Assert.ThrowsAny<ArgumentException>(make).Message;
    }

    private static (HierarchicalSoftmax Layer, Tensor Features, Tensor Labels) Make(string part)
    {
        var layer = new HierarchicalSoftmax(3, Trees[part]);
        layer.To(DType.Float64);
        layer.Initialize(2);
        var features = Tensor.RandomNormal([7, 3], new RandomSource(1, "features"), 0, 2, DType.Float64);
        var labels = Tensor.From([.. Enumerable.Range(0, 7).Select(n => (long)(n * 3 % layer.Tree.ClassCount))]);
        return (layer, features, labels);
    }
}
