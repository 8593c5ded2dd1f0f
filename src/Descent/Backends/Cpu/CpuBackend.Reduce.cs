using Descent.Numerics;

namespace Descent.Backends.Cpu;

// A reduction over any axes, as a sequence of reductions along one: the innermost reduced axis goes first, neighbouring
// axes of one kind are merged. (N, C, H, W) → (C) sums rows of H · W, then columns of N. The sequence depends on the
// shape alone, since operands with gaps are copied first.
public sealed partial class CpuBackend
{
    /// <inheritdoc/>
    protected override void ReduceCore<TKernel>(in Operand x, in Operand y)
    {
        if (x.Count == 0)
        {
            Fill(y, TKernel.Identity);
            return;
        }

        using var source = new Gapless(x, y.DType);
        using var target = new GaplessTarget(y);
        Run(y.DType, new ReduceLoop<TKernel>(x.Shape, y.Shape, source.Address, target.Address));
    }

    private readonly ref struct ReduceLoop<TKernel>(Shape from, Shape to, nint x, nint y) : ILanesLoop
        where TKernel : struct, IReduceKernel
    {
        public unsafe void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            // Alternating products of sizes: kept, reduced, kept, reduced, …
            Span<long> sizes = stackalloc long[Shape.MaxRank + 2];
            sizes.Fill(1);
            var last = 0;
            for (var axis = 0; axis < from.Rank; axis++)
            {
                if (from[axis] == 1)
                {
                    continue;
                }

                var reduced = to[axis] == 1;
                last += reduced == (last % 2 == 1) ? 0 : 1;
                sizes[last] *= from[axis];
            }

            Step<T, TElement>(sizes[..(last + 1)], (TElement*)x, (TElement*)y);
        }

        private static unsafe void Step<T, TElement>(Span<long> sizes, TElement* x, TElement* y)
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var inner = sizes.Length % 2 == 1 ? sizes[^1] : 1;
            var reduced = sizes.Length % 2 == 1 ? sizes.Length - 2 : sizes.Length - 1;
            if (reduced < 0)
            {
                new Span<TElement>(x, checked((int)inner)).CopyTo(new Span<TElement>(y, (int)inner));
                return;
            }

            long outer = 1;
            foreach (var size in sizes[..reduced])
            {
                outer *= size;
            }

            if (reduced == 1)
            {
                Along<T, TElement>(x, outer, sizes[reduced], inner, y);
                return;
            }

            using var scratch = new Scratch(outer * inner * sizeof(TElement));
            var result = (TElement*)scratch.Pointer;
            Along<T, TElement>(x, outer, sizes[reduced], inner, result);
            sizes[reduced - 1] *= inner;
            Step<T, TElement>(sizes[..reduced], result, y);
        }

        private static unsafe void Along<T, TElement>(TElement* x, long outer, long length, long inner, TElement* y)
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            if (inner == 1)
            {
                ReduceLoops.Rows<TKernel, T, TElement>(x, outer, length, y);
            }
            else
            {
                ReduceLoops.Columns<TKernel, T, TElement>(x, outer, length, inner, y);
            }
        }
    }
}
