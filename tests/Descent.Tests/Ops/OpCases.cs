namespace Descent.Tests.Ops;

/// <summary>Every operation with several shapes and layouts of its inputs: what the tests of operations run over.</summary>
public static partial class OpCases
{
    private static readonly Dictionary<string, OpCase> ByName = (
        (IEnumerable<OpCase>)
            [
                .. Arithmetic(),
                .. Elementwise(),
                .. Reductions(),
                .. Shaping(),
                .. Indexing(),
                .. Spatial(),
                .. Recurrences(),
                .. Sliding(),
            ]
    ).ToDictionary(c => c.Name);

    public static IEnumerable<OpCase> All => ByName.Values;

    public static IEnumerable<TheoryDataRow<string>> Names => All.Select(c => new TheoryDataRow<string>(c.Name));

    public static IEnumerable<TheoryDataRow<string>> Differentiable =>
        All.Where(c => c.IsDifferentiable).Select(c => new TheoryDataRow<string>(c.Name));

    public static OpCase Named(string name) => ByName[name];

    private static OpCase Case(string name, Func<Tensor[], Tensor> function, params OpInput[] inputs) =>
        new(name, function, inputs);

    private static OpCase Case(string name, Func<Tensor, Tensor> function, OpInput input) =>
        new(name, inputs => function(inputs[0]), [input]);

    private static OpCase WithoutGradient(string name, Func<Tensor[], Tensor> function, params OpInput[] inputs) =>
        new(name, function, inputs) { IsDifferentiable = false };

    private static OpCase WithoutGradient(string name, Func<Tensor, Tensor> function, OpInput input) =>
        new(name, inputs => function(inputs[0]), [input]) { IsDifferentiable = false };

    /// <summary>A function of one tensor over shapes and layouts.</summary>
    private static IEnumerable<OpCase> Unary(
        string method,
        Func<Tensor, Tensor> function,
        Domain domain = Domain.Real,
        bool isDifferentiable = true
    )
    {
        (string Name, OpInput Input)[] inputs =
        [
            ("three axes", new([2, 3, 4], domain)),
            ("a scalar", new([], domain)),
            ("one element", new([1], domain)),
            ("long", new([37], domain)),
            ("empty", new([0, 3], domain)),
            ("transposed", new([5, 3], domain, Layout.Transposed)),
            ("sliced", new([2, 9], domain, Layout.Sliced)),
            ("repeated", new([3, 4], domain, Layout.Repeated)),
        ];
        foreach (var (name, input) in inputs)
        {
            yield return Case($"{method}: {name}", function, input) with
            {
                IsDifferentiable = isDifferentiable,
            };
        }
    }

    /// <summary>A function of two tensors over shapes that broadcast and layouts.</summary>
    private static IEnumerable<OpCase> Binary(
        string method,
        Func<Tensor, Tensor, Tensor> function,
        Domain left = Domain.Real,
        Domain right = Domain.Real,
        bool isDifferentiable = true
    )
    {
        (string Name, OpInput Left, OpInput Right)[] inputs =
        [
            ("same shape", new([2, 3, 4], left), new([2, 3, 4], right)),
            ("long", new([41], left), new([41], right)),
            ("a row", new([3, 19], left), new([19], right)),
            ("a column", new([3, 19], left), new([3, 1], right)),
            ("both stretch", new([2, 1, 4], left), new([3, 1], right)),
            ("a scalar on the left", new([], left), new([3, 2], right)),
            ("a scalar on the right", new([3, 2], left), new([], right)),
            ("two scalars", new([], left), new([], right)),
            ("empty", new([0, 3], left), new([1, 3], right)),
            ("transposed", new([5, 3], left, Layout.Transposed), new([5, 3], right)),
            ("sliced and repeated", new([2, 9], left, Layout.Sliced), new([2, 9], right, Layout.Repeated)),
            ("eight axes", new([1, 2, 1, 2, 1, 2, 1, 2], left), new([2, 1, 2, 1, 2, 1, 2, 1], right)),
        ];
        foreach (var (name, a, b) in inputs)
        {
            yield return Case($"{method}: {name}", x => function(x[0], x[1]), a, b) with
            {
                IsDifferentiable = isDifferentiable,
            };
        }
    }

    /// <summary>Whole numbers on the device of a tensor.</summary>
    private static Tensor Whole(Tensor like, params long[] values) => Tensor.From(values).To(like.Device);
}
