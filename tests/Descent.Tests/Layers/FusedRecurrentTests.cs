using Descent.Layers;
using Descent.Numerics;

namespace Descent.Tests.Layers;

/// <summary>The fused recurrences against the compositions of their cells, forward and backward.</summary>
public class FusedRecurrentTests
{
    public static IEnumerable<TheoryDataRow<string, int, int, int>> Cases() =>
        from kind in new[] { "tanh", "relu", "lstm", "peepholes", "gru", "no bias" }
        from sizes in new[] { (1, 1, 1), (3, 7, 5), (34, 17, 33), (70, 5, 16), (2, 9, 129) }
        select new TheoryDataRow<string, int, int, int>(kind, sizes.Item1, sizes.Item2, sizes.Item3);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fused_steps_give_what_their_composition_gives(string kind, int batch, int inputs, int hidden)
    {
        bool[] either = [false, true];
        foreach (
            var (bySequence, reverse, drops) in from a in either
            from b in either
            from c in either
            select (a, b, c)
        )
        {
            var cell = Make(kind, inputs, hidden);
            int[] batchSizes = bySequence ? [batch, batch, batch] : [batch, batch, (batch + 1) / 2, 1];
            var x = Normal("x", [batchSizes.Sum(), inputs]);
            Tensor[] state = [.. cell.StateSizes.Select((size, part) => Normal($"state {part}", [batch, size]))];
            var drop = drops ? Normal("drop", [batch, hidden]) : null;
            Tensor[] leaves = [x, .. state, .. cell.Parameters];
            var recurrence = new Recurrence(new(batchSizes, bySequence, reverse), new(state), drop, null);
            var fused = Run(cell, recurrence, leaves);
            var composed = Run(new Composed(cell), recurrence, leaves);

            Assert.Equal(composed.Count, fused.Count);
            for (var i = 0; i < fused.Count; i++)
            {
                var place = $"{kind}, by sequence {bySequence}, reverse {reverse}, drops {drops}, {i}";
                Golden.AssertClose(composed[i], fused[i], 1e-11, place);
            }
        }
    }

    [Fact]
    public void Gradients_may_be_asked_for_twice()
    {
        var cell = Make("lstm", 3, 4);
        var x = Normal("x", [6, 3]);
        Tensor[] leaves = [x, .. cell.Parameters];
        using var recording = Gradients.Record(leaves);
        var recurrence = new Recurrence(new([3, 3], false, false), cell.ZeroState(x, 3), null, null);
        var (outputs, last) = cell.Run(x, recurrence);

        var ofLast = Gradients.Of(last.Cell.Sum(), leaves)[0].ToArray<double>();
        var ofAll = Gradients.Of(outputs.Sum(), leaves)[0].ToArray<double>();

        Assert.Equal(ofLast, Gradients.Of(last.Cell.Sum(), leaves)[0].ToArray<double>());
        Assert.Equal(ofAll, Gradients.Of(outputs.Sum(), leaves)[0].ToArray<double>());
        Assert.NotEqual(ofAll, ofLast);
    }

    /// <summary>Outputs, last states, and the gradients of some number made of all of them.</summary>
    private static List<double[]> Run(RecurrentCell cell, in Recurrence recurrence, Tensor[] leaves)
    {
        using var recording = Gradients.Record(leaves);
        var (outputs, last) = cell.Run(leaves[0], recurrence);
        Tensor[] results = [outputs, .. last.Parts];
        var sum = Tensor.Scalar(0.0);
        foreach (var result in results)
        {
            sum += (result * Normal($"weight {result.Shape}", result.Shape)).Sum();
        }

        return [.. results.Concat(Gradients.Of(sum, leaves)).Select(tensor => tensor.ToArray<double>())];
    }

    private static RecurrentCell Make(string kind, int inputs, int hidden)
    {
        RecurrentCell cell = kind switch
        {
            "tanh" => new RnnCell(inputs, hidden),
            "relu" => new RnnCell(inputs, hidden, relu: true),
            "lstm" => new LstmCell(inputs, hidden),
            "peepholes" => new LstmCell(inputs, hidden, peepholes: true),
            "gru" => new GruCell(inputs, hidden),
            _ => new GruCell(inputs, hidden, bias: false),
        };
        cell.To(DType.Float64);
        cell.Initialize(1);
        return cell;
    }

    private static Tensor Normal(string purpose, Shape shape) =>
        Tensor.RandomNormal(shape, new RandomSource(9, purpose), dtype: DType.Float64);

    /// <summary>A cell by its composition alone.</summary>
    private sealed class Composed(RecurrentCell cell) : RecurrentCell(cell.InputSize, [.. cell.StateSizes])
    {
        protected internal override Tensor Project(Tensor input) => cell.Project(input);

        protected internal override RecurrentState Advance(Tensor projected, RecurrentState state, Tensor hidden) =>
            cell.Advance(projected, state, hidden);
    }
}
