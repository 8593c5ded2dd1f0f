using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed partial class CpuBackend
{
    /// <inheritdoc/>
    protected override void UpdateCore<TKernel>(
        in Operand weight,
        in Operand gradient,
        in Operand first,
        in Operand second,
        in Operand third,
        in UpdateConstants<double> constants
    ) =>
        RunFloating(
            weight.DType,
            new UpdateLoop<TKernel>(
                weight.Address,
                gradient.Address,
                TKernel.StateCount > 0 ? first.Address : 0,
                TKernel.StateCount > 1 ? second.Address : 0,
                TKernel.StateCount > 2 ? third.Address : 0,
                weight.Count,
                constants
            )
        );

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
    private readonly unsafe struct UpdateRowsBody<TKernel, T, TElement>(
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
                new UpdateBody<TKernel, T, TElement>(to, from, 0, 0, 0, constants).Invoke(0, length);
            }
        }
    }

    private readonly struct UpdateLoop<TKernel>(
        nint weight,
        nint gradient,
        nint first,
        nint second,
        nint third,
        long count,
        UpdateConstants<double> constants
    ) : ILanesLoop
        where TKernel : struct, IUpdateKernel
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            // Without a state it takes longer to fetch a small gradient from another core than to do it here.
            var grain = TKernel.StateCount == 0 ? 4 * ElementwiseLoop.Grain : ElementwiseLoop.Grain;
            var body = new UpdateBody<TKernel, T, TElement>(weight, gradient, first, second, third, constants);
            WorkSplitter.For(count, grain, body);
        }
    }

    /// <summary>One pass over a weight, its gradient and its state.</summary>
    private readonly unsafe struct UpdateBody<TKernel, T, TElement>(
        nint weight,
        nint gradient,
        nint first,
        nint second,
        nint third,
        UpdateConstants<double> constants
    ) : IRangeBody
        where TKernel : struct, IUpdateKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            var numbers = default(UpdateConstants<T>);
            for (var i = 0; i < UpdateConstants<double>.Length; i++)
            {
                numbers[i] = T.Constant(constants[i]);
            }

            for (; start + T.Count <= end; start += T.Count)
            {
                Step(start, T.Count, numbers);
            }

            if (start < end)
            {
                Step(start, (int)(end - start), numbers);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Step(long at, int count, in UpdateConstants<T> numbers)
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
