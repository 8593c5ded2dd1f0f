using System.Globalization;

namespace Descent.Layers;

/// <summary>A softmax over very many classes as a walk down a tree: each inner node asks left or right, so learning from a label costs the logarithm of the number of classes.</summary>
/// <remarks>
/// <b>Shape</b>: features (N, inFeatures) → log-probabilities of all classes (N, K); <c>weight</c> (K − 1, inFeatures) and
/// <c>bias</c> (K − 1), a row for each inner node. <b>Formula</b>: p(class) = Π σ(± (w·x + b)) over the nodes on the way to
/// it, + to the right, − to the left. <see cref="Layer.Forward(Tensor)"/> and <see cref="Predict"/> look at every node; train with
/// <see cref="Loss"/>, and with plain <c>Sgd</c>, which changes only the rows on the way. The tree is saved beside the
/// weights, as <c>tree</c>, int64 (K − 1, 2), and a layer that is loaded takes it over in place of its own. <b>Start</b>: both uniform within 1/√inFeatures unless told otherwise.
/// <b>Source</b>: the lessons (hierarchical softmax); Morin and Bengio 2005.
/// </remarks>
public sealed class HierarchicalSoftmax : Layer
{
    private Level[] levels;
    private Tensor order;

    /// <summary>Makes the layer over a balanced tree.</summary>
    /// <param name="inFeatures">Size of the features' last axis.</param>
    /// <param name="classes">K, the number of classes.</param>
    /// <param name="weightInitializer">How the weights start; 1/√n uniform when null.</param>
    public HierarchicalSoftmax(int inFeatures, int classes, Initializer? weightInitializer = null)
        : this(inFeatures, ClassTree.Balanced(classes), weightInitializer) { }

    /// <summary>Makes the layer over a given tree.</summary>
    /// <param name="inFeatures">Size of the features' last axis.</param>
    /// <param name="tree">The classes as leaves: <see cref="ClassTree.Huffman"/> makes frequent ones cheap.</param>
    /// <param name="weightInitializer">How the weights start; 1/√n uniform when null.</param>
    public HierarchicalSoftmax(int inFeatures, ClassTree tree, Initializer? weightInitializer = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inFeatures);
        ArgumentNullException.ThrowIfNull(tree);
        Tree = tree;
        var nodes = tree.ClassCount - 1;
        Weight = new Parameter([nodes, inFeatures], weightInitializer ?? Initializers.InverseSqrtFanIn);
        Bias = new Parameter([nodes], Initializers.InverseSqrt(inFeatures));
        (levels, order) = Levels(tree);
    }

    /// <summary>The tree over the classes.</summary>
    public ClassTree Tree { get; private set; }

    /// <summary>w of each inner node, (K − 1, inFeatures).</summary>
    public Parameter Weight { get; }

    /// <summary>b of each inner node, (K − 1).</summary>
    public Parameter Bias { get; }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"HierarchicalSoftmax({Weight.Shape[1]} → {Tree})");

    /// <summary>−ln p(label), averaged over the samples; its cost grows with the depth of the tree.</summary>
    /// <remarks><b>Gradient</b>: that of the binary cross-entropy at each node on the way.</remarks>
    /// <param name="features">(N, inFeatures).</param>
    /// <param name="labels">(N), int64 or int32, from 0 to K − 1.</param>
    /// <returns>One number.</returns>
    /// <exception cref="ShapeException">The features do not fit the layer, or the labels the features.</exception>
    /// <exception cref="DTypeException">The labels are no integers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label names no class.</exception>
    public Tensor Loss(Tensor features, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = Enter();
        RequireFeatures(features);
        var (samples, nodes, answers) = Ways(features, labels);
        var places = Tensor.From(nodes);
        var products = features.Take(Tensor.From(samples)) * Weight.Take(places);
        var questions = products.Sum(1) + Bias.Take(places);
        return questions.BinaryCrossEntropy(answers).Sum() / features.Shape[0];
    }

    /// <summary>The most likely class of each sample.</summary>
    /// <param name="features">(N, inFeatures).</param>
    /// <returns>(N), int64.</returns>
    public Tensor Predict(Tensor features) => Forward(features).ArgMax(1);

    internal override (string Name, Tensor Value)? Structure => ("tree", Tree.ToTensor());

    internal override string? ProblemOf(Tensor structure)
    {
        try
        {
            _ = ClassTree.Of(structure);
            return null;
        }
        catch (ArgumentException problem)
        {
            return problem.Message.TrimEnd('.');
        }
    }

    internal override void TakeStructure(Tensor structure)
    {
        Tree = ClassTree.Of(structure);
        (levels, order) = Levels(Tree);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        RequireFeatures(input);
        var questions = input.Linear(Weight, Bias);
        var reached = input.ZeroResult([input.Shape[0], 1]);
        var classes = new List<Tensor>(levels.Length);
        foreach (var (nodes, leaves, inner) in levels)
        {
            // ln σ(−q) = −softplus(q) to the left, ln σ(q) = −softplus(−q) to the right.
            var asked = questions.Take(nodes, 1);
            var below = Tensor.Concat([reached - asked.Softplus(), reached - (-asked).Softplus()], 1);
            classes.Add(below.Take(leaves, 1));
            reached = below.Take(inner, 1);
        }

        return Tensor.Concat([.. classes], 1).Take(order, 1);
    }

    /// <inheritdoc/>
    protected internal override long MultiplyAdds(Shape input, Shape output) => input[0] * Weight.Count;

    private void RequireFeatures(Tensor features)
    {
        if (features.Rank != 2 || features.Shape[1] != Weight.Shape[1])
        {
            throw new ShapeException(
                $"HierarchicalSoftmax: needs features (N, {Weight.Shape[1]}), found {features.Shape}{Tape.InLayer}. Flatten them?"
            );
        }
    }

    /// <summary>Every question on the ways to the labels: whose sample, which node, and 1 where the way goes right.</summary>
    private (long[] Samples, long[] Nodes, Tensor Answers) Ways(Tensor features, Tensor labels)
    {
        if (labels.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException(
                $"HierarchicalSoftmax: labels are int64 or int32, found {labels.DType.Name()}{Tape.InLayer}. Convert with To(DType.Int64)."
            );
        }

        if (labels.Rank != 1 || labels.Shape[0] != features.Shape[0])
        {
            throw new ShapeException(
                $"HierarchicalSoftmax: features {features.Shape} need labels ({features.Shape[0]}), found {labels.Shape}{Tape.InLayer}."
            );
        }

        var all = labels.To(DType.Int64).ToArray<long>();
        var (samples, nodes, answers) = (new List<long>(), new List<long>(), new List<float>());
        for (var sample = 0; sample < all.Length; sample++)
        {
            if (all[sample] < 0 || all[sample] >= Tree.ClassCount)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels),
                    $"HierarchicalSoftmax: label {all[sample]} (number {sample}) is none of {Tree.ClassCount} classes{Tape.InLayer}."
                );
            }

            var (way, right) = Tree.WayTo(all[sample]);
            for (var step = 0; step < way.Length; step++)
            {
                samples.Add(sample);
                nodes.Add(way.Span[step]);
                answers.Add(right.Span[step] ? 1 : 0);
            }
        }

        return ([.. samples], [.. nodes], Tensor.From(answers.ToArray()).To(features.DType).To(features.Device));
    }

    /// <summary>The tree level by level, and where the classes stand in the order in which the levels give them.</summary>
    private static (Level[] Levels, Tensor Order) Levels(ClassTree tree)
    {
        var levels = new List<Level>();
        var order = new long[tree.ClassCount];
        var found = 0;
        for (int[] nodes = [0]; nodes.Length > 0; )
        {
            int[] children = [.. nodes.Select(n => tree.Nodes[n].Left), .. nodes.Select(n => tree.Nodes[n].Right)];
            long[] leaves = [.. children.Index().Where(c => c.Item >= 0).Select(c => (long)c.Index)];
            long[] inner = [.. children.Index().Where(c => c.Item < 0).Select(c => (long)c.Index)];
            foreach (var leaf in leaves)
            {
                order[children[leaf]] = found++;
            }

            levels.Add(new Level(Places(nodes), Tensor.From(leaves), Tensor.From(inner)));
            nodes = [.. inner.Select(i => ~children[i])];
        }

        return ([.. levels], Tensor.From(order));

        static Tensor Places(int[] nodes) => Tensor.From(Array.ConvertAll(nodes, n => (long)n));
    }

    /// <summary>The inner nodes of a level, and which of their children (all the left ones, then all the right ones) are classes and which go on.</summary>
    private sealed record Level(Tensor Nodes, Tensor Leaves, Tensor Inner);
}
