using Descent.Backends;
using Descent.Numerics;

namespace Descent.Tests.Backends;

/// <summary>One call of one primitive; what it writes is what the arena remembers.</summary>
/// <param name="Name">What the test's name shows.</param>
/// <param name="Run">Makes the operands and makes the call.</param>
internal sealed record BackendCase(string Name, Action<Arena> Run)
{
    /// <summary>Whether the case makes sense for integers too.</summary>
    public bool ForIntegers { get; init; }

    /// <summary>Whether the case only moves elements, so that it runs on every type and must be exact.</summary>
    public bool Moves { get; init; }

    public override string ToString() => Name;
}

/// <summary>The table of primitives.</summary>
internal static class BackendCases
{
    private static readonly Shape[] Shapes =
    [
        [],
        [1],
        [7],
        [33],
        [3, 5],
        [17, 10],
        [4, 1, 6],
        [2, 3, 5, 7],
        [64, 130],
        [0, 4],
        [3, 0],
        [21, 800],
    ];

    public static IReadOnlyList<BackendCase> All { get; } =
    [
        .. Shapes.SelectMany(Elementwise),
        .. Shapes.SelectMany(Moving),
        .. Reductions,
        .. Ordering,
        .. Indexing,
        .. Products,
        .. Updates,
        .. RandomNumbers,
        .. Finiteness,
        .. FusedCases.All,
        .. FusedNormCases.All,
        .. StandardizeCases.All,
    ];

    private static IEnumerable<BackendCase> Elementwise(Shape shape)
    {
        yield return new($"Unary {shape}", a => a.Backend.Unary<BumpKernel>(a.Input(shape), a.Output(shape)));
        yield return new($"Negate {shape}", a => a.Backend.Unary<NegateKernel>(a.Input(shape), a.Output(shape)))
        {
            ForIntegers = true,
        };
        yield return new(
            $"UnaryGradient {shape}",
            a =>
                a.Backend.UnaryGradient<BumpKernel>(
                    a.Input(shape),
                    a.Input(shape, lies: Layout.Contiguous),
                    a.Input(shape),
                    a.Output(shape)
                )
        );
        yield return new(
            $"Binary {shape}",
            a => a.Backend.Binary<RatioKernel>(a.Input(shape), a.Input(shape), a.Output(shape))
        )
        {
            ForIntegers = true,
        };
        yield return new(
            $"Binary contiguous by any {shape}",
            a =>
                a.Backend.Binary<RatioKernel>(
                    a.Input(shape, lies: Layout.Contiguous),
                    a.Input(shape),
                    a.Output(shape, lies: Layout.Contiguous)
                )
        );
        foreach (var left in new[] { true, false })
        {
            yield return new(
                $"BinaryGradient {(left ? "left" : "right")} {shape}",
                a =>
                    a.Backend.BinaryGradient<RatioKernel>(
                        a.Input(shape),
                        a.Input(shape, lies: Layout.Contiguous),
                        a.Input(shape),
                        a.Input(shape),
                        left,
                        a.Output(shape)
                    )
            );
        }

        yield return new(
            $"Compare {shape}",
            a => a.Backend.Compare<GreaterKernel>(a.Input(shape), a.Input(shape), a.Output(shape, DType.Bool))
        )
        {
            ForIntegers = true,
            Moves = true,
        };
    }

    private static IEnumerable<BackendCase> Moving(Shape shape)
    {
        yield return new($"Fill {shape}", a => a.Backend.Fill(a.Output(shape), 1)) { Moves = true };
        yield return new($"Copy {shape}", a => a.Backend.Copy(a.Input(shape), a.Output(shape))) { Moves = true };
        yield return new(
            $"Copy to contiguous {shape}",
            a => a.Backend.Copy(a.Input(shape), a.Output(shape, lies: Layout.Contiguous))
        )
        {
            Moves = true,
        };
        foreach (var to in Enum.GetValues<DType>())
        {
            yield return new(
                $"Copy to {to.Name()} {shape}",
                a => a.Backend.Copy(a.Input(shape, low: 0, high: 100), a.Output(shape, to))
            )
            {
                Moves = true,
            };
        }

        yield return new(
            $"Where {shape}",
            a =>
                a.Backend.Where(
                    a.Input(shape, DType.Bool, 0, 2),
                    a.Input(shape, low: 0),
                    a.Input(shape, low: 0, lies: Layout.Contiguous),
                    a.Output(shape)
                )
        )
        {
            Moves = true,
        };
        yield return new(
            $"Equal {shape}",
            a =>
                a.Backend.Compare<EqualKernel>(
                    a.Input(shape, low: 0),
                    a.Input(shape, low: 0),
                    a.Output(shape, DType.Bool)
                )
        )
        {
            Moves = true,
        };
    }

    private static IEnumerable<BackendCase> Reductions =>
        from shapes in new (Shape From, Shape To)[]
        {
            ([], []),
            ([5], [1]),
            ([100], [1]),
            ([40000], [1]),
            ([3, 10], [3, 1]),
            ([3, 10], [1, 10]),
            ([3, 10], [1, 1]),
            ([3, 10], [3, 10]),
            ([2, 33000], [2, 1]),
            ([700, 70], [1, 70]),
            ([3, 1100], [1, 1100]),
            ([4, 3, 6, 7], [1, 3, 1, 1]),
            ([4, 3, 6, 7], [4, 1, 6, 1]),
            ([4, 3, 6, 7], [1, 3, 1, 7]),
            ([4, 3, 6, 7], [4, 3, 1, 1]),
            ([4, 3, 6, 7], [1, 1, 6, 7]),
            ([0, 3], [0, 1]),
        }
        from reduction in new[] { "sum", "maximum" }
        select new BackendCase(
            $"Reduce {reduction} {shapes.From} to {shapes.To}",
            a =>
            {
                var (x, y) = (a.Input(shapes.From), a.Output(shapes.To));
                if (reduction == "sum")
                {
                    a.Backend.Reduce<SumKernel>(x, y);
                }
                else
                {
                    a.Backend.Reduce<MaxKernel>(x, y);
                }
            }
        )
        {
            ForIntegers = true,
        };

    private static IEnumerable<BackendCase> Ordering =>
        from shape in new Shape[] { [1], [50], [9, 40], [5, 3, 20], [3, 700] }
        from axis in Enumerable.Range(0, shape.Rank)
        from flag in new[] { true, false }
        from name in new[] { "ArgReduce", "Sort", "CumulativeSum" }
        where name != "CumulativeSum" || flag
        select new BackendCase(
            $"{name} {shape} axis {axis} {(flag ? "up" : "down")}",
            a =>
            {
                // A small range makes equal elements for integers; rounding makes them for the others.
                var x = a.Input(shape, low: 0, high: 20);
                if (name == "CumulativeSum")
                {
                    a.Backend.CumulativeSum(x, axis, a.Output(shape));
                    return;
                }

                for (long i = 0; i < x.Count; i++)
                {
                    Arena.Set(x, i, Math.Floor(Arena.Get(x, i)));
                }

                if (name == "Sort")
                {
                    a.Backend.Sort(x, axis, flag, a.Output(shape), a.Output(shape, DType.Int64));
                }
                else
                {
                    a.Backend.ArgReduce(x, axis, flag, a.Output(shape.With(axis, 1), DType.Int64));
                }
            }
        )
        {
            ForIntegers = true,
            Moves = name != "CumulativeSum",
        };

    private static IEnumerable<BackendCase> Indexing =>
        from shape in new Shape[] { [6], [7, 5], [4, 9, 3], [3, 300], [300, 3] }
        from axis in Enumerable.Range(0, shape.Rank)
        from name in new[] { "Gather", "ScatterAdd", "TakeAlong", "ScatterAddAlong" }
        select new BackendCase(
            $"{name} {shape} axis {axis}",
            a =>
            {
                var many = shape.With(axis, 11);
                var vector = a.Input([11], DType.Int64, 0, shape[axis]);
                var along = a.Input(many, DType.Int64, 0, shape[axis]);
                switch (name)
                {
                    case "Gather":
                        a.Backend.Gather(a.Input(shape, low: 0), axis, vector, a.Output(many));
                        break;
                    case "TakeAlong":
                        a.Backend.TakeAlong(a.Input(shape, low: 0), axis, along, a.Output(many));
                        break;
                    case "ScatterAdd":
                        a.Backend.ScatterAdd(a.InputOutput(shape), axis, vector, a.Input(many));
                        break;
                    default:
                        a.Backend.ScatterAddAlong(a.InputOutput(shape), axis, along, a.Input(many));
                        break;
                }
            }
        )
        {
            ForIntegers = true,
            Moves = name is "Gather" or "TakeAlong",
        };

    private static IEnumerable<BackendCase> Products =>
        from sizes in new[] { (1, 1, 1, 1), (2, 3, 4, 5), (3, 17, 33, 40), (1, 64, 0, 3), (2, 1, 70, 9) }
        from accumulate in new[] { false, true }
        select new BackendCase(
            $"MatMul {sizes}{(accumulate ? " added" : "")}",
            a =>
            {
                var (batch, m, k, n) = sizes;
                a.Backend.MatMul(
                    a.Input([batch, m, k]),
                    a.Input([batch, k, n]),
                    a.InputOutput([batch, m, n]),
                    accumulate
                );
            }
        )
        {
            ForIntegers = true,
        };

    private static IEnumerable<BackendCase> Updates =>
        from count in new[] { 1, 31, 5000, 40000 }
        from states in new[] { 1, 2, 3 }
        select new BackendCase(
            $"Update {count} with {states} states",
            a =>
            {
                var constants = default(UpdateConstants<double>);
                ReadOnlySpan<double> numbers = [0.9, 0.99, 0.01, 1e-3];
                numbers.CopyTo(constants);
                var weight = a.InputOutput([count], lies: Layout.Contiguous);
                var gradient = a.Input([count], lies: Layout.Contiguous);
                var first = a.InputOutput([count], lies: Layout.Contiguous);
                if (states == 1)
                {
                    a.Backend.Update<MomentumKernel>(weight, gradient, first, Operand.None, Operand.None, constants);
                    return;
                }

                var second = a.InputOutput([count], low: 0, lies: Layout.Contiguous);
                if (states == 2)
                {
                    a.Backend.Update<AdamKernel>(weight, gradient, first, second, Operand.None, constants);
                    return;
                }

                var third = a.InputOutput([count], lies: Layout.Contiguous);
                a.Backend.Update<ThreeStatesKernel>(weight, gradient, first, second, third, constants);
            }
        );

    private static IEnumerable<BackendCase> RandomNumbers =>
        from count in new[] { 1, 100, 9000 }
        from isNormal in new[] { false, true }
        select new BackendCase(
            $"{count} {(isNormal ? "normal" : "uniform")} numbers",
            a =>
            {
                var y = a.Output([count], lies: Layout.Contiguous);
                var source = new RandomSource(3, "test");
                if (isNormal)
                {
                    a.Backend.FillNormal(source, y);
                }
                else
                {
                    a.Backend.FillUniform(source, y);
                }
            }
        );

    private static IEnumerable<BackendCase> Finiteness =>
        (
            from shape in new Shape[] { [], [5], [3, 40], [300, 400] }
            from guest in new[] { 0, double.NaN, double.PositiveInfinity, double.NegativeInfinity }
            select new BackendCase(
                $"IsFinite {shape} {guest}",
                a =>
                {
                    var (x, y) = (a.Input(shape), a.Output([1]));
                    Arena.Set(x, x.Count - 1, guest);
                    Arena.Set(y, 0, a.Backend.IsFinite(x) ? 1 : 0);
                }
            )
        ).Concat(
            from shape in new Shape[] { [], [5], [3, 40], [300, 400] }
            from guest in new[] { 0, 2.5, -2.5, 2.75, -2.75, double.NaN, double.NegativeInfinity }
            select new BackendCase(
                $"IsWithin {shape} {guest}",
                a =>
                {
                    var (x, y) = (a.Input(shape), a.Output([1]));
                    Arena.Set(x, x.Count - 1, guest);
                    Arena.Set(y, 0, a.Backend.IsWithin(x, 2.5) ? 1 : 0);
                }
            )
        );
}
