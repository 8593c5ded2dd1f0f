using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void Update<TKernel>(ReadOnlySpan<UpdateBlock> blocks)
    {
        // The blocks of one element type follow each other almost always.
        while (!blocks.IsEmpty)
        {
            var (dtype, same) = (blocks[0].DType, 1);
            while (same < blocks.Length && blocks[same].DType == dtype)
            {
                same++;
            }

            fixed (UpdateBlock* first = blocks)
            {
                RunFloating(dtype, new UpdateLoop<TKernel>(first, same));
            }

            blocks = blocks[same..];
        }
    }

    /// <inheritdoc/>
    protected override bool TryUpdateRowsCore<TKernel>(
        in Operand weight,
        in Operand places,
        in Operand gradient,
        in UpdateConstants<double> constants
    )
    {
        if (!weight.IsContiguous || !gradient.IsContiguous || gradient.Count == 0)
        {
            return gradient.Count == 0;
        }

        RunFloating(
            weight.DType,
            new UpdateRowsLoop<TKernel>(
                weight.Address,
                places.Address,
                gradient.Address,
                places.Count,
                gradient.Count / places.Count,
                constants
            )
        );
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryUpdateTableCore<TKernel>(
        in Operand weight,
        in Operand places,
        in Operand order,
        in Operand gradient,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    )
    {
        if (weight.Count == 0)
        {
            return true;
        }

        using var numbers = new Gapless(places);
        using var ranks = new Gapless(order);
        var areRows = gradient.Rank == 2 && gradient.Strides[1] == 1;
        using var copy = new Gapless(areRows ? Operand.None : gradient);
        var (rows, read) = (weight.Shape[0], (int)places.Count);
        using var scratch = new Scratch(((long)rows + gradient.Shape[0]) * sizeof(int));
        var heads = (int*)scratch.Pointer;
        var next = heads + rows;
        new Span<int>(heads, rows).Fill(-1);
        for (var place = read - 1; place >= 0; place--)
        {
            ref var head = ref heads[numbers.As<long>()[place]];
            var slope = order.IsNone ? place : (int)ranks.As<long>()[place];
            (next[slope], head) = (head, slope);
        }

        var operands = new TableOperands(
            weight.Address,
            TKernel.StateCount > 0 ? first.Address : 0,
            TKernel.StateCount > 1 ? second.Address : 0,
            areRows ? gradient.Address : copy.Address,
            areRows ? gradient.Strides[0] : weight.Count / rows,
            weight.Count / rows,
            (nint)heads,
            (nint)next
        );
        RunFloating(weight.DType, new TableUpdateLoop<TKernel>(operands, rows, constants));
        return true;
    }

    private readonly struct TableUpdateLoop<TKernel>(
        TableOperands operands,
        long rows,
        UpdateConstants<double> constants
    ) : ILanesLoop
        where TKernel : struct, IUpdateKernel
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged =>
            WorkSplitter.For(
                rows,
                GrainOfSlices(operands.Length),
                new TableUpdateBody<TKernel, T, TElement>(operands, constants)
            );
    }

    private readonly struct UpdateRowsLoop<TKernel>(
        nint weight,
        nint places,
        nint gradient,
        long count,
        long length,
        UpdateConstants<double> constants
    ) : ILanesLoop
        where TKernel : struct, IUpdateKernel
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged =>
            WorkSplitter.For(
                count,
                GrainOfSlices(length),
                new UpdateRowsBody<TKernel, T, TElement>(weight, places, gradient, length, constants)
            );
    }

    /// <summary>Rows of a weight, each with its gradient; no row comes twice, so none has two writers.</summary>
    private readonly struct UpdateRowsBody<TKernel, T, TElement>(
        nint weight,
        nint places,
        nint gradient,
        long length,
        UpdateConstants<double> constants
    ) : IRangeBody
        where TKernel : struct, IUpdateKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        public void Invoke(long start, long end)
        {
            var bytes = (nint)length * sizeof(TElement);
            for (var row = start; row < end; row++)
            {
                var to = weight + (nint)((long*)places)[row] * bytes;
                var from = gradient + (nint)row * bytes;
                UpdateBody<TKernel, T, TElement>.Block(to, from, 0, 0, 0, constants, 0, length);
            }
        }
    }

    private readonly struct UpdateLoop<TKernel>(UpdateBlock* blocks, int count) : ILanesLoop
        where TKernel : struct, IUpdateKernel
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            long total = 0;
            for (var i = 0; i < count; i++)
            {
                total += blocks[i].Count;
            }

            // Without a state it takes longer to fetch a small gradient from another core than to do it here.
            var grain = TKernel.StateCount == 0 ? 4 * ElementwiseLoop.Grain : ElementwiseLoop.Grain;
            WorkSplitter.For(total, grain, new UpdateBody<TKernel, T, TElement>(blocks));
        }
    }

    /// <summary>One pass over weights, their gradients and their states, block after block.</summary>
    internal readonly struct UpdateBody<TKernel, T, TElement>(UpdateBlock* blocks) : IRangeBody
        where TKernel : struct, IUpdateKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        public void Invoke(long start, long end)
        {
            for (var block = blocks; start < end; block++)
            {
                if (start < block->Count)
                {
                    Block(
                        block->Weight,
                        block->Gradient,
                        block->First,
                        block->Second,
                        block->Third,
                        block->Constants,
                        start,
                        Math.Min(end, block->Count)
                    );
                }

                start = Math.Max(0, start - block->Count);
                end -= block->Count;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Block(
            nint weight,
            nint gradient,
            nint first,
            nint second,
            nint third,
            in UpdateConstants<double> constants,
            long start,
            long end
        )
        {
            var numbers = default(UpdateConstants<T>);
            for (var i = 0; i < UpdateConstants<double>.Length; i++)
            {
                numbers[i] = T.Constant(constants[i]);
            }

            for (; start + T.Count <= end; start += T.Count)
            {
                Step(weight, gradient, first, second, third, start, T.Count, numbers);
            }

            if (start < end)
            {
                Step(weight, gradient, first, second, third, start, (int)(end - start), numbers);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step(
            nint weight,
            nint gradient,
            nint first,
            nint second,
            nint third,
            long at,
            int count,
            in UpdateConstants<T> numbers
        )
        {
            var w = Read(weight, at, count);
            var one = TKernel.StateCount > 0 ? Read(first, at, count) : default;
            var two = TKernel.StateCount > 1 ? Read(second, at, count) : default;
            var three = TKernel.StateCount > 2 ? Read(third, at, count) : default;
            TKernel.Update(ref w, Read(gradient, at, count), ref one, ref two, ref three, numbers);
            Write(weight, at, w, count);
            if (TKernel.StateCount > 0)
            {
                Write(first, at, one, count);
            }

            if (TKernel.StateCount > 1)
            {
                Write(second, at, two, count);
            }

            if (TKernel.StateCount > 2)
            {
                Write(third, at, three, count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static T Read(nint source, long at, int count)
        {
            var from = (TElement*)source + at;
            return count == T.Count ? T.Load(from) : T.LoadPartial(from, count);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Write(nint destination, long at, T value, int count)
        {
            var to = (TElement*)destination + at;
            if (count == T.Count)
            {
                T.Store(to, value);
            }
            else
            {
                T.StorePartial(to, value, count);
            }
        }
    }
}
