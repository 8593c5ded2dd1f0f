using System.Runtime.InteropServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The sums of a recurrence's gradients over steps and sequences: of its weights, biases and peepholes, each group of parts its own.</summary>
/// <remarks>
/// <code>
///   of the hidden state's weights, turned: H rows of the gates as it sees them, in the order of a row of gradients
///   of the inputs' weights, turned:        C rows of the gates as the input sees them
///   biases and peepholes:                  a row of gradients, and 3 · H
/// </code>
/// The weights' are made turned, since a tile at the edge wastes less on an odd number of rows than of columns.
/// </remarks>
internal readonly unsafe struct RecurrentTotals<TOps, TVector, TElement>(
    RecurrentPass pass,
    RecurrentGradient gradient,
    int gates,
    int split
)
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private const long MostGroups = 8;

    // Enough for each group's sums of a large layer, and no more than a few times its weights and an optimizer's state.
    private const long MostBytes = 1L << 27;

    /// <summary>Numbers of a group's sums.</summary>
    public long Count => Biases + Width + (split + 3) * Size;

    /// <summary>Where the sums of biases begin.</summary>
    public long Biases => (Size + InputSize) * Row;

    private long Size => pass.Weight.Shape[1];

    private long InputSize => pass.InputWeight.Shape[1];

    private long Width => pass.Weight.Shape[0];

    private long Row => RecurrentPanels<TOps, TVector, TElement>.RowOf(Width);

    private bool HasWeights => !gradient.Weight.IsNone || !gradient.InputWeight.IsNone;

    /// <summary>How many groups the parts make: a function of shapes.</summary>
    public long Groups(long parts) =>
        Math.Clamp(Math.Clamp(MostBytes / (Count * sizeof(TElement)), 2, MostGroups), 1, Math.Max(1, parts));

    /// <summary>Sets the sums of a group to zero.</summary>
    public void Clear(TElement* total) => NativeMemory.Clear(total, (nuint)(Count * sizeof(TElement)));

    /// <summary>Adds the products of a block of steps, whose kept rows begin at <paramref name="from"/>.</summary>
    public void Add(TElement* total, long from, long rows, TElement* ofHidden, TElement* ofInput, long gatesRow)
    {
        if (!HasWeights)
        {
            return;
        }

        var seenRow = pass.Seen.Shape[1];
        var seen = (TElement*)pass.Seen.Address + from * seenRow;
        Multiply(seen, seenRow, Size, rows, ofHidden, gatesRow, total);
        Multiply(seen + Size, seenRow, InputSize, rows, ofInput, gatesRow, total + Size * Row);
    }

    private void Multiply(
        TElement* seen,
        long seenRow,
        long columns,
        long rows,
        TElement* sums,
        long sumsRow,
        TElement* total
    ) =>
        RecurrentPanels<TOps, TVector, TElement>.AddAcross(
            seen,
            seenRow,
            columns,
            sums,
            sumsRow,
            rows,
            Width,
            total,
            Row
        );

    /// <summary>Brings the sums to where they were asked for.</summary>
    public void Hand(TElement* total)
    {
        // What comes first in a row of gradients belongs to the last gates.
        var (first, last) = (split * Size, (gates - split) * Size);
        Turn(total + first, gradient.Weight, 0, last, Size);
        Turn(total, gradient.Weight, last, first, Size);
        Turn(total + Size * Row, gradient.InputWeight, 0, Width, InputSize);
        var biases = total + Biases;
        Copy(biases + first, gradient.Bias, 0, last);
        Copy(biases, gradient.Bias, last, first);
        Copy(biases + first, gradient.InputBias, 0, Width);
        Copy(biases + first + Width, gradient.Peephole, 0, 3 * Size);
    }

    private void Turn(TElement* from, in Operand target, long first, long count, long columns)
    {
        if (target.IsNone || count == 0)
        {
            return;
        }

        Strides turned = default;
        (turned[0], turned[1]) = (1, Row);
        var address = target.Address + (nint)(first * target.Strides[0] * sizeof(TElement));
        CopyLoop.Run(
            new Shape((int)count, (int)columns),
            new View((nint)from, turned),
            target.DType,
            new View(address, target.Strides),
            target.DType
        );
    }

    private static void Copy(TElement* from, in Operand target, long first, long count)
    {
        if (!target.IsNone)
        {
            ShortCopy.Run(from, (TElement*)target.Address + first, count);
        }
    }
}
