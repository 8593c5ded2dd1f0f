namespace Descent.Layers;

/// <summary>A binary tree whose leaves are classes: the order of questions by which <see cref="HierarchicalSoftmax"/> tells them apart.</summary>
/// <remarks>Inner nodes are numbered from 0, the root; a tree over K classes has K − 1 of them. <b>Source</b>: Morin and Bengio 2005.</remarks>
public sealed class ClassTree
{
    private readonly (int Left, int Right)[] nodes;

    // The way to class c from the root stands at starts[c] to starts[c + 1]: nodes, and whether it goes on to the right.
    private readonly int[] starts;
    private readonly long[] wayNodes;
    private readonly bool[] wayRight;

    /// <summary>Takes a tree as it is given.</summary>
    /// <param name="nodes">The two children of each inner node, the root first: a class c as <c>c</c>, an inner node n as <c>~n</c>.</param>
    /// <exception cref="ArgumentException">They are no tree in which every class and every inner node comes once.</exception>
    public ClassTree(params ReadOnlySpan<(int Left, int Right)> nodes)
    {
        if (nodes.IsEmpty)
        {
            throw new ArgumentException("ClassTree: a tree needs an inner node, which tells two classes apart.");
        }

        this.nodes = nodes.ToArray();
        starts = new int[ClassCount + 1];
        (wayNodes, wayRight) = Ways();
    }

    /// <summary>K, the number of classes.</summary>
    public int ClassCount => nodes.Length + 1;

    /// <summary>The largest number of questions to a class.</summary>
    public int Depth { get; private set; }

    /// <summary>The children of each inner node: a class c as <c>c</c>, an inner node n as <c>~n</c>.</summary>
    public ReadOnlySpan<(int Left, int Right)> Nodes => nodes;

    /// <summary>The tree that halves the classes at every node: ⌈log₂ K⌉ questions, neighbouring classes together.</summary>
    /// <param name="classes">K, two at least.</param>
    public static ClassTree Balanced(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        var nodes = new List<(int Left, int Right)>(classes - 1);
        Halve(0, classes);
        return new ClassTree(nodes.ToArray());

        int Halve(int first, int end)
        {
            if (end - first == 1)
            {
                return first;
            }

            var node = nodes.Count;
            nodes.Add(default);
            var middle = first + (end - first + 1) / 2;
            nodes[node] = (Halve(first, middle), Halve(middle, end));
            return ~node;
        }
    }

    /// <summary>The tree with the fewest questions on average over classes of given frequencies (Huffman 1952).</summary>
    /// <param name="frequencies">How often each class comes: counts or shares, zero or more.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes, or a frequency is negative or not finite.</exception>
    public static ClassTree Huffman(params ReadOnlySpan<double> frequencies)
    {
        if (frequencies.Length < 2)
        {
            throw new ArgumentException(
                $"ClassTree: {frequencies.Length} frequencies; two classes at least are told apart."
            );
        }

        // Equal frequencies come in the order of their making, so that the tree is the same on every run.
        var waiting = new PriorityQueue<int, (double Frequency, int Order)>();
        for (var c = 0; c < frequencies.Length; c++)
        {
            if (!double.IsFinite(frequencies[c]) || frequencies[c] < 0)
            {
                throw new ArgumentException(
                    FormattableString.Invariant(
                        $"ClassTree: the frequency of class {c} is {frequencies[c]}; it must be a finite number, zero or more."
                    )
                );
            }

            waiting.Enqueue(c, (frequencies[c], c));
        }

        var nodes = new (int, int)[frequencies.Length - 1];
        for (var node = nodes.Length - 1; node >= 0; node--)
        {
            waiting.TryDequeue(out var left, out var first);
            waiting.TryDequeue(out var right, out var second);
            nodes[node] = (left, right);
            waiting.Enqueue(~node, (first.Frequency + second.Frequency, 2 * frequencies.Length - node));
        }

        return new ClassTree(nodes);
    }

    /// <summary>The tree of saved children.</summary>
    /// <exception cref="ArgumentException">They are no tree.</exception>
    internal static ClassTree Of(Tensor children)
    {
        var all = children.ToArray<long>();
        var outside = Array.FindIndex(all, child => child is < int.MinValue or > int.MaxValue);
        return outside < 0
            ? new ClassTree([.. all.Chunk(2).Select(pair => ((int)pair[0], (int)pair[1]))])
            : throw new ArgumentException($"ClassTree: {all[outside]} is no class and no inner node.");
    }

    /// <summary>The children of every inner node as they are saved, (K − 1, 2).</summary>
    internal Tensor ToTensor() =>
        Tensor.From([.. nodes.SelectMany(node => (long[])[node.Left, node.Right])], [nodes.Length, 2]);

    /// <inheritdoc/>
    public override string ToString() => $"{ClassCount} classes, {Depth} deep";

    /// <summary>The questions on the way to a class: the inner nodes, from the root on, and whether the way goes right there.</summary>
    internal (ReadOnlyMemory<long> Nodes, ReadOnlyMemory<bool> Right) WayTo(long label) =>
        (wayNodes.AsMemory(starts[label]..starts[label + 1]), wayRight.AsMemory(starts[label]..starts[label + 1]));

    /// <summary>Walks the tree once, checks it, and notes the way to each class.</summary>
    private (long[] Nodes, bool[] Right) Ways()
    {
        var ways = new (long[] Nodes, bool[] Right)?[ClassCount];
        var seen = new bool[nodes.Length];
        var open = new Stack<(int Node, long[] Nodes, bool[] Right)>();
        Visit(~0, [], []);
        while (open.TryPop(out var at))
        {
            Visit(nodes[at.Node].Right, [.. at.Nodes, at.Node], [.. at.Right, true]);
            Visit(nodes[at.Node].Left, [.. at.Nodes, at.Node], [.. at.Right, false]);
        }

        for (var c = 0; c < ClassCount; c++)
        {
            if (ways[c] is null)
            {
                throw new ArgumentException($"ClassTree: no way leads from the root to class {c}.");
            }

            starts[c + 1] = starts[c] + ways[c]!.Value.Nodes.Length;
        }

        return ([.. ways.SelectMany(way => way!.Value.Nodes)], [.. ways.SelectMany(way => way!.Value.Right)]);

        void Visit(int child, long[] nodes, bool[] right)
        {
            var isKnown =
                child >= 0 ? child < ClassCount && ways[child] is null : ~child < seen.Length && !seen[~child];
            if (!isKnown)
            {
                throw new ArgumentException(
                    child >= 0
                        ? $"ClassTree: class {child} comes twice, or is none of the {ClassCount} classes that {seen.Length} inner nodes tell apart."
                        : $"ClassTree: inner node {~child} comes twice, or is none of the {seen.Length} that there are."
                );
            }

            if (child >= 0)
            {
                ways[child] = (nodes, right);
                Depth = Math.Max(Depth, nodes.Length);
            }
            else
            {
                seen[~child] = true;
                open.Push((~child, nodes, right));
            }
        }
    }
}
