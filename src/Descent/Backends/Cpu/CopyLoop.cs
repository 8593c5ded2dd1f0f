using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Copies elements between operands of one shape, in rows where they lie side by side, in tiles where one side is transposed.</summary>
internal static unsafe class CopyLoop
{
    private const long BytesOfGrain = 1 << 16;

    public static void Run(Shape shape, View source, DType from, View destination, DType to)
    {
        if (shape.Count == 0)
        {
            return;
        }

        var nest = new LoopNest(shape, destination, source);
        if (from != to)
        {
            ConvertLoop.Run(nest, shape.Count, source.Address, from, destination.Address, to);
            return;
        }

        switch (from.ByteSize())
        {
            case 8:
                Run<ulong>(nest, shape.Count, source.Address, destination.Address);
                break;
            case 4:
                Run<uint>(nest, shape.Count, source.Address, destination.Address);
                break;
            default:
                Run<byte>(nest, shape.Count, source.Address, destination.Address);
                break;
        }
    }

    private static void Run<TElement>(in LoopNest nest, long count, nint source, nint destination)
        where TElement : unmanaged
    {
        if (TransposeLoop.TryRun<TElement>(nest, count, source, destination))
        {
            return;
        }

        var body = new RowsBody<TElement>(nest, source, destination);
        WorkSplitter.For(count, BytesOfGrain / sizeof(TElement), body);
    }

    private readonly struct RowsBody<TElement>(LoopNest nest, nint source, nint destination) : IRangeBody
        where TElement : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            var (row, column) = Math.DivRem(start, nest.RowLength);
            var cursor = nest.At(row);
            var (stepTo, stepFrom) = (nest.RowStep(0), nest.RowStep(1));
            while (start < end)
            {
                var length = Math.Min(end - start, nest.RowLength - column);
                var to = (TElement*)destination + cursor.Places[0] + column * stepTo;
                var from = (TElement*)source + cursor.Places[1] + column * stepFrom;
                if (stepTo == 1 && stepFrom == 1)
                {
                    CopyRow(from, to, length);
                }
                else if (stepTo == 1 && stepFrom == 0)
                {
                    new Span<TElement>(to, (int)length).Fill(*from);
                }
                else
                {
                    for (; length > 0; length--, to += stepTo, from += stepFrom)
                    {
                        *to = *from;
                    }

                    length = Math.Min(end - start, nest.RowLength - column);
                }

                start += length;
                column = 0;
                nest.Advance(ref cursor);
            }
        }

        // A call costs more than the copy when rows are short.
        private static void CopyRow(TElement* from, TElement* to, long length)
        {
            if (length > 8)
            {
                Buffer.MemoryCopy(from, to, length * sizeof(TElement), length * sizeof(TElement));
                return;
            }

            for (long i = 0; i < length; i++)
            {
                to[i] = from[i];
            }
        }
    }
}
