using Descent.Backends;

namespace Descent;

// The way back through the operations. A gradient's memory goes back as soon as its operation has used it, so that the
// next ones are written where the cache still holds the lines, and a step needs no room for all of them at once.
internal sealed partial class Tape
{
    /// <summary>What the operation that goes backward has taken or used so far.</summary>
    private readonly List<Storage> passing = [];
    private bool isBackward;

    /// <summary>Adds to the gradient of an input; a broadcast is undone here, once for all operations.</summary>
    internal void Add(Tensor input, Tensor gradient)
    {
        gradient = gradient.SumTo(input.Shape);
        if (input.Producer is { } op && op.Tape == this)
        {
            var first = op.Gradient;
            op.Gradient = first is null ? gradient : first + gradient;
            op.Gradient.Storage.Await();
            if (first is not null)
            {
                Use(first);
            }
        }
        else
        {
            SetGradient(input, GradientOf(input) is { } sum ? sum + gradient : gradient);
        }
    }

    /// <summary>Adds to the gradient of an input of which only some slices along axis 0 were read.</summary>
    /// <param name="input">The table.</param>
    /// <param name="places">The numbers of the slices that were read, in order.</param>
    /// <param name="rows">The gradient of each.</param>
    /// <param name="order">Where it stands among <paramref name="rows"/>; as they come when null.</param>
    internal void AddRows(Tensor input, Tensor places, Tensor rows, Tensor? order = null)
    {
        var more = new RowGradient(places, rows, order);
        if (input.Producer is { } op && op.Tape == this)
        {
            Add(input, more.Whole(input.Shape));
        }
        else
        {
            leafRows[input] = leafRows.TryGetValue(input, out var sum) ? sum.And(more) : more;
        }
    }

    /// <summary>Runs backward from a result whose gradient is given.</summary>
    internal void Backward(Tensor output, Tensor gradient)
    {
        if (output.Producer is { } last && last.Tape == this)
        {
            Backward(last, gradient, stopsAtNonFinite: false);
        }
        else if (IsLeaf(output))
        {
            Add(output, gradient);
        }
    }

    /// <summary>Says where a gradient that is not finite first arose, going backward once more from the same result.</summary>
    internal string DescribeFirstNonFiniteGradient(Tensor output, Tensor gradient)
    {
        ForgetGradients();
        if (
            output.Producer is { } last
            && last.Tape == this
            && Backward(last, gradient, stopsAtNonFinite: true) is { } found
        )
        {
            return $"the first to make it is {Describe(ConsumerOf(found.Output!) ?? found)}";
        }

        foreach (var leaf in parameters.Concat<Tensor>(leaves))
        {
            if (!HasFiniteGradient(leaf))
            {
                return $"the first to make it is {(ConsumerOf(leaf) is { } op ? Describe(op) : "a parameter")}";
            }
        }

        return "it arose in the sum with the gradients accumulated before";
    }

    /// <summary>Runs backward from an operation; gives the first, if asked for, whose gradient holds numbers that are not finite.</summary>
    private Op? Backward(Op last, Tensor gradient, bool stopsAtNonFinite)
    {
        isBackward = true;
        try
        {
            last.Gradient = gradient;
            for (var index = last.Index; index >= 0; index--)
            {
                var op = ops[index];
                if (op.Gradient is not { } known)
                {
                    continue;
                }

                if (stopsAtNonFinite && !known.Backend.IsFinite(known.View))
                {
                    return op;
                }

                op.Backward(known, this);
                op.Gradient = null;
                Use(known);
                GiveBackPassing();
            }

            return null;
        }
        finally
        {
            isBackward = false;
            passing.Clear();
        }
    }

    /// <summary>Notes that a gradient was used; its memory goes back when the operation is through.</summary>
    private void Use(Tensor gradient)
    {
        gradient.Storage.LetGo();
        passing.Add(gradient.Storage);
    }

    /// <summary>Gives back what an operation took or used that is nobody's gradient any more.</summary>
    private void GiveBackPassing()
    {
        foreach (var storage in passing)
        {
            if (storage.Waiting == 0)
            {
                storage.Free();
            }
        }

        passing.Clear();
    }

    private Op? ConsumerOf(Tensor tensor) =>
        ops.FindLast(op => op.First == tensor || op.Second == tensor || op.Third == tensor);
}
