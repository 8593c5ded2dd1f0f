using System.Numerics;
using Descent.Numerics;

namespace Descent;

/// <summary>The gradient of a table of which a step read only some rows: those rows, and zero elsewhere.</summary>
/// <remarks>Kept apart as long as nobody asks for the whole, so that a step's cost does not grow with the table.</remarks>
internal sealed class RowGradient
{
    private Tensor places;
    private Tensor rows;
    private bool isDistinct;
    private bool isKnownFinite;

    /// <param name="places">The numbers of the rows.</param>
    /// <param name="rows">The gradient of each; both stay in memory until the step ends.</param>
    public RowGradient(Tensor places, Tensor rows)
    {
        (this.places, this.rows) = (places, rows);
        places.Storage.Stay();
        rows.Storage.Stay();
    }

    /// <summary>The numbers of the rows, int64, each once.</summary>
    public Tensor Places
    {
        get
        {
            MakeDistinct();
            return places;
        }
    }

    /// <summary>The gradient of each of them.</summary>
    public Tensor Rows
    {
        get
        {
            MakeDistinct();
            return rows;
        }
    }

    /// <summary>With the rows of another reading of the table behind its own.</summary>
    public RowGradient And(Tensor morePlaces, Tensor moreRows) =>
        new(Tensor.Concat([places, morePlaces], 0), Tensor.Concat([rows, moreRows], 0));

    /// <summary>Whether the gradient holds finite numbers alone; told from the rows before they are added up, where that is enough.</summary>
    public bool IsFinite
    {
        get
        {
            if (!isKnownFinite)
            {
                isKnownFinite = rows.HasHarmlessSums || Rows.Backend.IsFinite(Rows.View);
            }

            return isKnownFinite;
        }
    }

    /// <summary>The gradient of the whole table, computed when somebody looks at it.</summary>
    public Tensor Whole(Shape table)
    {
        var whole = rows.Result(table, new DeferredRows(places, rows));
        whole.IsKnownFinite = isKnownFinite;
        return whole;
    }

    /// <summary>The same in memory that outlives a recycling.</summary>
    public RowGradient LastingCopy() => new(Places.LastingCopy(), Rows.LastingCopy());

    /// <summary>Adds up the rows of equal number, in order, at the place of the first of them.</summary>
    private unsafe void MakeDistinct()
    {
        if (isDistinct)
        {
            return;
        }

        isDistinct = true;
        var host = places.To(Device.Cpu);
        var all = host.Read<long>();
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)all.Length * 2 + 2);
        using var scratch = new Scratch(size * sizeof(int) + all.Length * 2L * sizeof(long));
        var distinct = new Span<long>(scratch.Pointer, all.Length);
        var ordinals = new Span<long>((long*)scratch.Pointer + all.Length, all.Length);
        var table = new Span<int>((long*)scratch.Pointer + 2 * all.Length, size);
        table.Fill(-1);
        var count = 0;
        for (var i = 0; i < all.Length; i++)
        {
            var slot = (int)((ulong)all[i] * 0x9E3779B97F4A7C15 >> 32) & (size - 1);
            while (table[slot] >= 0 && distinct[table[slot]] != all[i])
            {
                slot = (slot + 1) & (size - 1);
            }

            if (table[slot] < 0)
            {
                table[slot] = count;
                distinct[count++] = all[i];
            }

            ordinals[i] = table[slot];
        }

        GC.KeepAlive(host);
        if (count == all.Length)
        {
            rows = rows.Contiguous();
            return;
        }

        var sums = rows.ZeroResult(rows.Shape.With(0, count));
        sums.Backend.ScatterAdd(sums.View, 0, Vector(ordinals).View, rows.View);
        (places, rows) = (Vector(distinct[..count]), sums);
    }

    private unsafe Tensor Vector(ReadOnlySpan<long> values)
    {
        var vector = Tensor.Result(Device.Cpu, DType.Int64, [values.Length]);
        values.CopyTo(new Span<long>((void*)vector.View.Address, values.Length));
        return vector.To(rows.Device);
    }
}
