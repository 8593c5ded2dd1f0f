using System.Globalization;

namespace Descent;

public partial class Tensor
{
    /// <summary>The rows of this table (rows, E) that whole numbers name, in the numbers' shape.</summary>
    /// <remarks><b>Shape</b>: indices (…) → (…, E). <b>Gradient</b>: dy is added up at the rows, in order of the indices; a row of padding gets none.</remarks>
    /// <param name="indices">int64 or int32, none negative.</param>
    /// <param name="padding">The row without a gradient; −1 for none.</param>
    internal Tensor Embedding(Tensor indices, long padding = -1)
    {
        if (indices.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException(
                $"Embedding: indices are int64 or int32, found {indices.DType.Name()}{Tape.InLayer}. Convert with To(DType.Int64)."
            );
        }

        var places = indices.To(DType.Int64).To(Device.Cpu).Contiguous().Reshape(-1);
        RequireRows(places.Read<long>());
        places = places.To(Device);
        var y = Result([places.Shape[0], Shape[1]]);
        Backend.Gather(View, 0, places.View, y.View);
        if (Tape.Tracks(this))
        {
            y.From(new EmbeddingOp(this, places, padding));
        }

        return y.Reshape([.. indices.Shape, Shape[1]]);
    }

    private void RequireRows(ReadOnlySpan<long> indices)
    {
        for (var number = 0; number < indices.Length; number++)
        {
            if ((ulong)indices[number] >= (ulong)Shape[0])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Embedding: index {indices[number]} (number {number}) names no row of a table of {Shape[0]}{Tape.InLayer}. Make the table as large as the vocabulary, padding included."
                    )
                );
            }
        }
    }
}

/// <summary>The node of <see cref="Tensor.Embedding"/>.</summary>
internal sealed class EmbeddingOp(Tensor table, Tensor places, long padding) : Op(table)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var kept = padding < 0 ? [] : OtherThanPadding();
        if (padding >= 0 && kept.Length < places.Count)
        {
            var numbers = Tensor.From(kept);
            tape.AddRows(table, places.Take(numbers), gradient.Take(numbers));
        }
        else
        {
            tape.AddRows(table, places, gradient);
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
