using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override bool TryRecurrentCore(RecurrentPass pass)
    {
        Recur(pass, null);
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryRecurrentGradientCore(RecurrentPass pass, RecurrentGradient gradient)
    {
        Recur(pass, gradient);
        return true;
    }

    private void Recur(RecurrentPass pass, RecurrentGradient? gradient)
    {
        var dtype = pass.Hidden.DType;
        switch (pass.Form)
        {
            case RecurrentForm.Lstm:
                RunFloating(dtype, new RecurrentLoop<LstmRows>(pass, gradient));
                break;
            case RecurrentForm.Gru:
                RunFloating(dtype, new RecurrentLoop<GruRows>(pass, gradient));
                break;
            case RecurrentForm.Relu:
                RunFloating(dtype, new RecurrentLoop<PlainRows<ReluGate>>(pass, gradient));
                break;
            default:
                RunFloating(dtype, new RecurrentLoop<PlainRows<TanhGate>>(pass, gradient));
                break;
        }
    }

    /// <summary>The steps of a pass or of its gradient, at the width of the machine's product tiles.</summary>
    private readonly struct RecurrentLoop<TRows>(RecurrentPass pass, RecurrentGradient? gradient) : ILanesLoop
        where TRows : struct, IRecurrentRows
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Run<T, Vector512Ops<TElement>, Vector512<TElement>, TElement>();
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                Run<T, Vector256Ops<TElement>, Vector256<TElement>, TElement>();
            }
            else
            {
                Run<T, Vector128Ops<TElement>, Vector128<TElement>, TElement>();
            }
        }

        private void Run<T, TOps, TVector, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TOps : IVectorOps<TVector, TElement>
            where TVector : struct
            where TElement : unmanaged
        {
            if (gradient is null)
            {
                RecurrentForward<TRows, T, TOps, TVector, TElement>.Run(pass);
            }
            else
            {
                RecurrentBackward<TRows, T, TOps, TVector, TElement>.Run(pass, gradient);
            }
        }
    }
}
