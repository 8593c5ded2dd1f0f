using System.Globalization;

namespace Descent;

public partial class Tensor
{
    /// <summary>The rows of this table (rows, E) that whole numbers name, in the numbers' shape.</summary>
    /// <remarks><b>Shape</b>: indices (…) → (…, E). <b>Gradient</b>: dy is added up at the rows, in order of the indices; a row of padding gets none.</remarks>
    /// <param name="indices">int64 or int32, none negative.</param>
    /// <param name="padding">The row without a gradient; −1 for none.</param>
    internal Tensor Embedding(Tensor indices, long padding = -1) =>
        Lookup(indices, padding).Rows(this).Reshape([.. indices.Shape, Shape[1]]);

    /// <summary>The rows of this table that whole numbers name, one after the other, not yet read.</summary>
    internal Lookup Lookup(Tensor indices, long padding)
    {
        if (indices.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException(
                $"Embedding: indices are int64 or int32, found {indices.DType.Name()}{Tape.InLayer}. Convert with To(DType.Int64)."
            );
        }

        var places = indices.To(DType.Int64).To(Device.Cpu).Contiguous().Reshape(-1);
        RequireRows(places.Read<long>());
        return new Lookup(places.To(Device), padding);
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
