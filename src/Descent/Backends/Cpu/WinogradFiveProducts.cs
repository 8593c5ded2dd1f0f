using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>The 36 products between the transforms of F(2×2, 5×5).</summary>
internal static unsafe class WinogradFiveProducts<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>c = a · b or c += a · b for each of them; whole vectors of columns. The matrices lie steps apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        (int Rows, int Columns, int Depth) size,
        TElement* a,
        (long Step, long Row, long Column) aStrides,
        TElement* b,
        (long Step, long Row) bStrides,
        TElement* c,
        (long Step, long Row) cStrides,
        bool add
    )
    {
        for (var product = 0; product < WinogradFiveTiles.Products; product++)
        {
            for (var column = 0; column < size.Columns; column += ProductTile<TOps, TVector, TElement>.Columns)
            {
                int rows;
                for (var row = 0; row < size.Rows; row += rows)
                {
                    rows = ProductTiling.Rows(size.Rows - row, TOps.TileRows);
                    ProductTile<TOps, TVector, TElement>.Run(
                        rows,
                        size.Columns - column,
                        a + row * aStrides.Row,
                        aStrides.Row,
                        aStrides.Column,
                        b + column,
                        bStrides.Row,
                        size.Depth,
                        c + row * cStrides.Row + column,
                        cStrides.Row,
                        add
                    );
                }
            }

            a += aStrides.Step;
            b += bStrides.Step;
            c += cStrides.Step;
        }
    }
}
