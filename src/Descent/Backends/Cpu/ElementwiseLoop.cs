using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>A formula of up to four operands; those beyond <see cref="Inputs"/> are zero.</summary>
internal interface IFormula
{
    /// <summary>The number of operands it reads.</summary>
    static abstract int Inputs { get; }

    /// <summary>One bit for each operand that the value depends on; the others are not read.</summary>
    static abstract int Used { get; }

    /// <summary>The value.</summary>
    static abstract T Evaluate<T>(T a, T b, T c, T d)
        where T : struct, ILanes<T>;
}

/// <summary>y = f(a, b, c, d), element by element, in rows whose inputs are contiguous or one repeated number.</summary>
internal static unsafe class ElementwiseLoop
{
    /// <summary>Elements that one piece of work takes; below it the calling thread works alone.</summary>
    public const long Grain = 16384;

    /// <summary>Runs a formula over operands that are all contiguous or one number repeated, with one bit for each of the latter.</summary>
    public static void RunContiguous<TFormula, T, TElement>(
        nint a,
        nint b,
        nint c,
        nint d,
        int repeated,
        nint y,
        long count
    )
        where TFormula : struct, IFormula
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged =>
        WorkSplitter.For(count, Grain, new ContiguousBody<TFormula, T, TElement>(a, b, c, d, repeated, y));

    /// <summary>Runs a formula over a nest whose operand 0 is y, with rows of step 0 or 1.</summary>
    public static void RunNest<TFormula, T, TElement>(in LoopNest nest, ReadOnlySpan<View> operands, long count)
        where TFormula : struct, IFormula
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var body = new NestBody<TFormula, T, TElement>(nest, operands);
        WorkSplitter.For(count, Grain, body);
    }

    // Steps are the lanes' count for contiguous operands and zero for a repeated number, which stands in all lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TFormula, T, TElement>(
        TElement* a,
        TElement* b,
        TElement* c,
        TElement* d,
        nint stepA,
        nint stepB,
        nint stepC,
        nint stepD,
        TElement* y,
        long count
    )
        where TFormula : struct, IFormula
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var end = y + (count - count % T.Count);
        while (y < end)
        {
            var value = TFormula.Evaluate(
                T.Load(a),
                TFormula.Inputs > 1 ? T.Load(b) : default,
                TFormula.Inputs > 2 ? T.Load(c) : default,
                TFormula.Inputs > 3 ? T.Load(d) : default
            );
            T.Store(y, value);
            y += T.Count;
            a += stepA;
            b += stepB;
            c += stepC;
            d += stepD;
        }

        var rest = (int)(count % T.Count);
        if (rest != 0)
        {
            var value = TFormula.Evaluate(
                T.LoadPartial(a, rest),
                TFormula.Inputs > 1 ? T.LoadPartial(b, rest) : default,
                TFormula.Inputs > 2 ? T.LoadPartial(c, rest) : default,
                TFormula.Inputs > 3 ? T.LoadPartial(d, rest) : default
            );
            T.StorePartial(y, value, rest);
        }
    }

    private readonly struct ContiguousBody<TFormula, T, TElement>(nint a, nint b, nint c, nint d, int repeated, nint y)
        : IRangeBody
        where TFormula : struct, IFormula
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            var held = stackalloc TElement[4 * T.Count];
            var (fromA, stepA) = Source(1, a, start, held);
            var (fromB, stepB) = TFormula.Inputs > 1 ? Source(2, b, start, held + T.Count) : default;
            var (fromC, stepC) = TFormula.Inputs > 2 ? Source(4, c, start, held + 2 * T.Count) : default;
            var (fromD, stepD) = TFormula.Inputs > 3 ? Source(8, d, start, held + 3 * T.Count) : default;
            Row<TFormula, T, TElement>(
                (TElement*)fromA,
                (TElement*)fromB,
                (TElement*)fromC,
                (TElement*)fromD,
                stepA,
                stepB,
                stepC,
                stepD,
                (TElement*)y + start,
                end - start
            );
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private (nint Address, nint Step) Source(int operand, nint address, long start, TElement* held) =>
            (repeated & operand) != 0
                ? Repeat<T, TElement>((TElement*)address, held)
                : (address + (nint)(start * sizeof(TElement)), T.Count);
    }

    private readonly struct NestBody<TFormula, T, TElement> : IRangeBody
        where TFormula : struct, IFormula
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        private readonly LoopNest nest;
        private readonly nint y;
        private readonly nint a;
        private readonly nint b;
        private readonly nint c;
        private readonly nint d;

        public NestBody(in LoopNest nest, ReadOnlySpan<View> operands)
        {
            this.nest = nest;
            y = operands[0].Address;
            a = operands[1].Address;
            b = operands.Length > 2 ? operands[2].Address : 0;
            c = operands.Length > 3 ? operands[3].Address : 0;
            d = operands.Length > 4 ? operands[4].Address : 0;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            var (row, column) = Math.DivRem(start, nest.RowLength);
            var cursor = nest.At(row);
            var held = stackalloc TElement[4 * T.Count];
            while (start < end)
            {
                var length = Math.Min(end - start, nest.RowLength - column);
                var (fromA, stepA) = Source(1, a, cursor, column, held);
                var (fromB, stepB) = TFormula.Inputs > 1 ? Source(2, b, cursor, column, held + T.Count) : default;
                var (fromC, stepC) = TFormula.Inputs > 2 ? Source(3, c, cursor, column, held + 2 * T.Count) : default;
                var (fromD, stepD) = TFormula.Inputs > 3 ? Source(4, d, cursor, column, held + 3 * T.Count) : default;
                Row<TFormula, T, TElement>(
                    (TElement*)fromA,
                    (TElement*)fromB,
                    (TElement*)fromC,
                    (TElement*)fromD,
                    stepA,
                    stepB,
                    stepC,
                    stepD,
                    (TElement*)y + cursor.Places[0] + column,
                    length
                );
                start += length;
                column = 0;
                nest.Advance(ref cursor);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private (nint Address, nint Step) Source(
            int operand,
            nint address,
            in LoopNest.Cursor cursor,
            long column,
            TElement* held
        )
        {
            var first = (TElement*)address + cursor.Places[operand];
            if (nest.RowStep(operand) != 0)
            {
                return ((nint)(first + column), T.Count);
            }

            return Repeat<T, TElement>(first, held);
        }
    }

    // A number that repeats stands in all lanes of a vector that the loop does not leave.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (nint Address, nint Step) Repeat<T, TElement>(TElement* number, TElement* held)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        T.Store(held, LaneMemory.Broadcast<T, TElement>(number));
        return ((nint)held, 0);
    }
}
