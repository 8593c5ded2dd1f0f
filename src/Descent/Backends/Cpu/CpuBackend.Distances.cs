using System.Runtime.Intrinsics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override bool TryAbsoluteDistancesCore(in Operand a, in Operand b, in Operand y)
    {
        if (y.Count == 0 || a.Shape[1] == 0)
        {
            FillCore(y, 0);
            return true;
        }

        using var left = new Gapless(a);
        using var right = new Gapless(b);
        using var target = new GaplessTarget(y);
        if (y.DType == DType.Float64)
        {
            AbsoluteDistances(left.As<double>(), right.As<double>(), target.As<double>(), a.Shape, b.Shape[0]);
        }
        else
        {
            AbsoluteDistances(left.As<float>(), right.As<float>(), target.As<float>(), a.Shape, b.Shape[0]);
        }

        return true;
    }

    private void AbsoluteDistances<TElement>(TElement* a, TElement* b, TElement* y, Shape rows, long columns)
        where TElement : unmanaged
    {
        switch (widthInBits)
        {
            case 512:
                DistanceWork<Vector512Ops<TElement>, Vector512<TElement>, TElement>.Run(
                    a,
                    b,
                    y,
                    rows[0],
                    columns,
                    rows[1]
                );
                break;
            case 256:
                DistanceWork<Vector256Ops<TElement>, Vector256<TElement>, TElement>.Run(
                    a,
                    b,
                    y,
                    rows[0],
                    columns,
                    rows[1]
                );
                break;
            default:
                DistanceWork<Vector128Ops<TElement>, Vector128<TElement>, TElement>.Run(
                    a,
                    b,
                    y,
                    rows[0],
                    columns,
                    rows[1]
                );
                break;
        }
    }
}
