namespace Descent;

/// <summary>Which rows of a table are read, in order.</summary>
/// <param name="places">int64 (R), each the number of a row.</param>
/// <param name="padding">The row without a gradient; −1 for none.</param>
internal sealed class Lookup(Tensor places, long padding)
{
    /// <summary>int64 (R), each the number of a row.</summary>
    public Tensor Places => places;

    /// <summary>Copies the rows, (R, E).</summary>
    public Tensor Rows(Tensor table)
    {
        var y = table.Result([places.Shape[0], table.Shape[1]]);
        table.Backend.Gather(table.View, 0, places.View, y.View);
        return Tape.Tracks(table) ? y.From(new EmbeddingOp(table, this)) : y;
    }

    /// <summary>Adds to the gradient of the table.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="table">The table.</param>
    /// <param name="rows">The gradient of each row that was read.</param>
    /// <param name="order">Where among <paramref name="rows"/> each of them stands, int64 (R); as they come when null.</param>
    public void AddGradient(Tape tape, Tensor table, Tensor rows, Tensor? order = null)
    {
        var kept = padding < 0 ? [] : OtherThanPadding();
        if (padding >= 0 && kept.Length < places.Count)
        {
            var numbers = Tensor.From(kept);
            tape.AddRows(
                table,
                places.Take(numbers),
                rows,
                order is null ? numbers.To(rows.Device) : order.Take(numbers)
            );
        }
        else
        {
            tape.AddRows(table, places, rows, order);
        }
    }

    private long[] OtherThanPadding()
    {
        var host = places.To(Device.Cpu);
        var all = host.Read<long>();
        var kept = new long[all.Length];
        var count = 0;
        for (var number = 0; number < all.Length; number++)
        {
            kept[count] = number;
            count += all[number] == padding ? 0 : 1;
        }

        GC.KeepAlive(host);
        return kept[..count];
    }
}

/// <summary>The node of <see cref="Lookup.Rows"/>.</summary>
internal sealed class EmbeddingOp(Tensor table, Lookup lookup) : Op(table)
{
    internal override void Backward(Tensor gradient, Tape tape) => lookup.AddGradient(tape, table, gradient);
}
