using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The mean of each window, summed row by row.</summary>
internal readonly unsafe struct AveragePoolBody<TElement>(
    PoolGeometry geometry,
    bool countPadding,
    TElement* x,
    TElement* y
) : IRangeBody
    where TElement : unmanaged
{
    public void Invoke(long start, long end)
    {
        for (var plane = start; plane < end; plane++)
        {
            var from = x + plane * geometry.InputSize;
            var to = y + plane * geometry.OutputSize;
            for (var row = 0; row < geometry.OutputHeight; row++)
            {
                var rows = geometry.RowsOf(row);
                for (var column = 0; column < geometry.OutputWidth; column++)
                {
                    var columns = geometry.ColumnsOf(column);
                    var sum = Lane<TElement>.Zero;
                    for (var i = rows.First; i < rows.End; i += rows.Step)
                    {
                        for (var j = columns.First; j < columns.End; j += columns.Step)
                        {
                            sum += new Lane<TElement>(from[i * geometry.Width + j]);
                        }
                    }

                    *to++ = (sum / geometry.Divisor<TElement>(rows, columns, countPadding)).Value;
                }
            }
        }
    }
}

/// <summary>dx of an average pool: each gradient, divided, goes to every place of its window; where windows overlap they add up in order.</summary>
internal readonly unsafe struct AveragePoolGradientBody<TElement>(
    PoolGeometry geometry,
    bool countPadding,
    TElement* dy,
    TElement* dx
) : IRangeBody
    where TElement : unmanaged
{
    public void Invoke(long start, long end)
    {
        for (var plane = start; plane < end; plane++)
        {
            var from = dy + plane * geometry.OutputSize;
            var to = dx + plane * geometry.InputSize;
            new Span<TElement>(to, geometry.InputSize).Clear();
            for (var row = 0; row < geometry.OutputHeight; row++)
            {
                var rows = geometry.RowsOf(row);
                for (var column = 0; column < geometry.OutputWidth; column++)
                {
                    var columns = geometry.ColumnsOf(column);
                    var share = new Lane<TElement>(*from++) / geometry.Divisor<TElement>(rows, columns, countPadding);
                    for (var i = rows.First; i < rows.End; i += rows.Step)
                    {
                        for (var j = columns.First; j < columns.End; j += columns.Step)
                        {
                            var place = to + i * geometry.Width + j;
                            *place = (new Lane<TElement>(*place) + share).Value;
                        }
                    }
                }
            }
        }
    }
}
