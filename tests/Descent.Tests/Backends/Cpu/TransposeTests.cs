using Descent.Backends.Cpu;

namespace Descent.Tests.Backends.Cpu;

public unsafe class TransposeTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 9)]
    [InlineData(8, 8)]
    [InlineData(16, 16)]
    [InlineData(17, 31)]
    [InlineData(47, 40)]
    [InlineData(64, 100)]
    public void A_copy_moves_every_element_and_touches_no_other(int rows, int columns)
    {
        AssertMoves(rows, columns, place => (byte)(place % 251 + 1));
        AssertMoves(rows, columns, place => (uint)place + 1);
        AssertMoves(rows, columns, place => (float)(place + 1));
        AssertMoves(rows, columns, place => (double)(place + 1));
    }

    private static void AssertMoves<TElement>(int rows, int columns, Func<int, TElement> element)
        where TElement : unmanaged
    {
        const int gap = 3;
        var (fromRow, toRow) = (columns + gap, rows + gap);
        TElement[] from = [.. Enumerable.Range(0, rows * fromRow).Select(element)];
        var to = new TElement[columns * toRow];
        fixed (
            TElement* source = from,
                destination = to
        )
        {
            Transpose.Exactly(source, fromRow, rows, columns, destination, toRow);
        }

        var expected = new TElement[columns * toRow];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                expected[column * toRow + row] = from[row * fromRow + column];
            }
        }

        Assert.Equal(expected, to);
    }
}
