using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The formula of one step of a recurrence on one sequence, forward and backward.</summary>
/// <remarks>Each loop has one transcendental function at most: more would not be expanded in place, and a call for every vector costs many times its arithmetic.</remarks>
internal unsafe interface IRecurrentRows
{
    /// <summary>The number of gates.</summary>
    static abstract int Gates { get; }

    /// <summary>How many gates at the end see a gradient through the hidden state other than through the input. In a row of gradients these come first, then the other gates, then these again as the input sees them.</summary>
    static virtual int Split => 0;

    /// <summary>One step forward.</summary>
    static abstract void Forward<T, TElement>(in RecurrentStep<TElement> step)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged;

    /// <summary>One step backward.</summary>
    static abstract void Backward<T, TElement>(in RecurrentStepGradient<TElement> step)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged;
}

/// <summary>Where the numbers of a sequence's step lie.</summary>
internal unsafe struct RecurrentStep<TElement>
    where TElement : unmanaged
{
    /// <summary>H.</summary>
    public long Size;

    /// <summary>What the input gives the gates.</summary>
    public TElement* Projected;

    /// <summary>What the hidden state gives the gates.</summary>
    public TElement* Recurrent;

    /// <summary>The sum of both biases, G · H; of a GRU's candidate that of the hidden state, and that of the input behind it.</summary>
    public TElement* Bias;

    /// <summary>The peepholes, or null.</summary>
    public TElement* Peephole;

    /// <summary>Takes the gates' values: over either of the first two.</summary>
    public TElement* Gates;

    /// <summary>The hidden state, before and after.</summary>
    public TElement* Hidden;

    /// <summary>The cell state, before and after.</summary>
    public TElement* Cell;

    /// <summary>Takes what the gradient needs beside the gates; null where nobody asks.</summary>
    public TElement* Memory;
}

/// <summary>Where the numbers of a sequence's step lie on the way back.</summary>
internal unsafe struct RecurrentStepGradient<TElement>
    where TElement : unmanaged
{
    /// <summary>H.</summary>
    public long Size;

    /// <summary>The gates' values.</summary>
    public TElement* Gates;

    /// <summary>What the step kept beside them.</summary>
    public TElement* Memory;

    /// <summary>The hidden state before the step.</summary>
    public TElement* HiddenBefore;

    /// <summary>The cell state before the step.</summary>
    public TElement* CellBefore;

    /// <summary>The peepholes, or null.</summary>
    public TElement* Peephole;

    /// <summary>The sums of the gradients of the bias, laid out as that of the gates, and of the peepholes.</summary>
    public TElement* BiasSum,
        PeepholeSum;

    /// <summary>The gradient of the output; becomes what goes to the hidden state before past the product.</summary>
    public TElement* Hidden;

    /// <summary>The gradient of the cell state, after and then before.</summary>
    public TElement* Cell;

    /// <summary>Takes the gradient of the gates' sums.</summary>
    public TElement* Sums;
}

/// <summary>Pieces of the formulas.</summary>
internal static unsafe class RecurrentRows
{
    /// <summary>Asks for a row, so that it is in the second-level cache when its turn comes: rows of one step lie too far apart, or come too suddenly, for the processor to ask by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch<TElement>(TElement* row, long count)
        where TElement : unmanaged
    {
        if (Sse.IsSupported)
        {
            for (var end = row + count; row < end; row += 64 / sizeof(TElement))
            {
                Sse.Prefetch1(row);
            }
        }
    }

    /// <summary>Reads lanes of a row of which <paramref name="left"/> elements are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read<T, TElement>(TElement* source, long left)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged => left >= T.Count ? T.Load(source) : T.LoadPartial(source, (int)left);

    /// <summary>Writes lanes of a row of which <paramref name="left"/> elements are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T, TElement>(TElement* target, T value, long left)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (left >= T.Count)
        {
            T.Store(target, value);
        }
        else
        {
            T.StorePartial(target, value, (int)left);
        }
    }

    /// <summary>y = f(p + (q + bias)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Gate<TKernel, T, TElement>(TElement* p, TElement* q, TElement* bias, TElement* y, long count)
        where TKernel : struct, IUnaryKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        for (long j = 0; j < count; j += T.Count)
        {
            var left = count - j;
            var sum = Read<T, TElement>(q + j, left) + Read<T, TElement>(bias + j, left);
            Write(y + j, TKernel.Forward(Read<T, TElement>(p + j, left) + sum), left);
        }
    }

    /// <summary>y = f(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Map<TKernel, T, TElement>(TElement* x, TElement* y, long count)
        where TKernel : struct, IUnaryKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        for (long j = 0; j < count; j += T.Count)
        {
            var left = count - j;
            Write(y + j, TKernel.Forward(Read<T, TElement>(x + j, left)), left);
        }
    }

    /// <summary>y += a · b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddProduct<T, TElement>(TElement* a, TElement* b, TElement* y, long count)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        for (long j = 0; j < count; j += T.Count)
        {
            var left = count - j;
            var product = Read<T, TElement>(a + j, left) * Read<T, TElement>(b + j, left);
            Write(y + j, Read<T, TElement>(y + j, left) + product, left);
        }
    }

    /// <summary>y = a · b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply<T, TElement>(TElement* a, TElement* b, TElement* y, long count)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        for (long j = 0; j < count; j += T.Count)
        {
            var left = count - j;
            Write(y + j, Read<T, TElement>(a + j, left) * Read<T, TElement>(b + j, left), left);
        }
    }

    /// <summary>y += x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Add<T, TElement>(TElement* x, TElement* y, long count)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        for (long j = 0; j < count; j += T.Count)
        {
            var left = count - j;
            Write(y + j, Read<T, TElement>(y + j, left) + Read<T, TElement>(x + j, left), left);
        }
    }
}

/// <summary>h′ = f(p + q), for a formula whose slope can be told from its value.</summary>
internal readonly unsafe struct PlainRows<TKernel> : IRecurrentRows
    where TKernel : struct, IUnaryKernel
{
    public static int Gates => 1;

    public static void Forward<T, TElement>(in RecurrentStep<TElement> step)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        RecurrentRows.Gate<TKernel, T, TElement>(step.Projected, step.Recurrent, step.Bias, step.Hidden, step.Size);
        if (step.Memory is not null)
        {
            ShortCopy.Run(step.Hidden, step.Memory, step.Size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Backward<T, TElement>(in RecurrentStepGradient<TElement> step)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var size = step.Size;
        var output = step.Memory;
        var hidden = step.Hidden;
        var sums = step.Sums;
        for (long j = 0; j < size; j += T.Count)
        {
            var left = size - j;
            var y = RecurrentRows.Read<T, TElement>(output + j, left);
            var slope = RecurrentRows.Read<T, TElement>(hidden + j, left) * TKernel.Slope(y, y);
            RecurrentRows.Write(sums + j, slope, left);
            RecurrentRows.Write(hidden + j, T.Zero, left);
        }

        RecurrentRows.Add<T, TElement>(sums, step.BiasSum, size);
    }
}
