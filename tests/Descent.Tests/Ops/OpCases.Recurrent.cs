using Descent.Backends;

namespace Descent.Tests.Ops;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Recurrences() =>
        from form in new[] { RecurrentForm.Tanh, RecurrentForm.Lstm, RecurrentForm.Gru }
        from reverse in new[] { false, true }
        let gates = RecurrentPass.GatesOf(form)
        select Case(
            $"Recurrent: {form}{(reverse ? ", reverse" : "")}",
            x => Recurrent(form, reverse, x),
            new([8, 3]),
            new([gates * 2, 3]),
            new([gates * 2, 2], Layout: Layout.Transposed),
            new([gates * 2]),
            new([gates * 2]),
            new([4, 2], Layout: Layout.Sliced),
            new([4, 2])
        );

    /// <summary>Last states and outputs of all steps, of rows, weights, biases and first states.</summary>
    private static Tensor Recurrent(RecurrentForm form, bool reverse, Tensor[] x)
    {
        int[] batchSizes = [4, 3, 1];
        var cell = form == RecurrentForm.Lstm ? x[6] : null;
        var inputs = new RecurrentInputs(x[1], x[2], x[3], x[4], null, null, x[5], cell);
        if (x[0].Recurrent(form, new(batchSizes, IsBySequence: false, reverse), inputs) is var (outputs, hidden, last))
        {
            return Tensor.Concat(last is null ? [hidden, outputs] : [hidden, last, outputs]);
        }

        // Plain loops: each sequence on its own.
        var rows = new Tensor[batchSizes.Sum()];
        var lasts = new List<Tensor>();
        var lastCells = new List<Tensor>();
        for (var sequence = 0; sequence < 4; sequence++)
        {
            var (h, c) = (x[5][sequence..(sequence + 1)], x[6][sequence..(sequence + 1)]);
            var places = new[] { 0, 4, 7 }.Where((_, step) => sequence < batchSizes[step]).Select(at => at + sequence);
            foreach (var place in reverse ? places.Reverse() : places)
            {
                var p = x[0][place..(place + 1)].Linear(x[1], x[3]).Split(2, axis: 1);
                var q = h.Linear(x[2], x[4]).Split(2, axis: 1);
                switch (form)
                {
                    case RecurrentForm.Lstm:
                        c = (p[0] + q[0]).Sigmoid() * (p[2] + q[2]).Tanh() + (p[1] + q[1]).Sigmoid() * c;
                        h = (p[3] + q[3]).Sigmoid() * c.Tanh();
                        break;
                    case RecurrentForm.Gru:
                        var n = (p[2] + (p[0] + q[0]).Sigmoid() * q[2]).Tanh();
                        h = n + (p[1] + q[1]).Sigmoid() * (h - n);
                        break;
                    default:
                        h = (p[0] + q[0]).Tanh();
                        break;
                }

                rows[place] = h;
            }

            lasts.Add(h);
            lastCells.Add(c);
        }

        return Tensor.Concat([.. lasts, .. form == RecurrentForm.Lstm ? lastCells : [], .. rows]);
    }
}
