using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed partial class CpuBackend
{
    /// <inheritdoc/>
    protected override void UnaryCore<TKernel>(in Operand x, in Operand y) =>
        Run(y.DType, new FormulaLoop<UnaryFormula<TKernel>>(x, x, x, x, y));

    /// <inheritdoc/>
    protected override void UnaryGradientCore<TKernel>(in Operand x, in Operand y, in Operand dy, in Operand dx) =>
        RunFloating(dx.DType, new FormulaLoop<UnaryGradientFormula<TKernel>>(x, y, dy, dy, dx));

    /// <inheritdoc/>
    protected override void BinaryCore<TKernel>(in Operand a, in Operand b, in Operand y) =>
        Run(y.DType, new FormulaLoop<BinaryFormula<TKernel>>(a, b, b, b, y));

    /// <inheritdoc/>
    protected override void BinaryGradientCore<TKernel>(
        in Operand a,
        in Operand b,
        in Operand y,
        in Operand dy,
        bool left,
        in Operand d
    )
    {
        if (left)
        {
            RunFloating(d.DType, new FormulaLoop<LeftGradientFormula<TKernel>>(a, b, y, dy, d));
        }
        else
        {
            RunFloating(d.DType, new FormulaLoop<RightGradientFormula<TKernel>>(a, b, y, dy, d));
        }
    }

    /// <summary>A formula over operands of any strides.</summary>
    private readonly ref struct FormulaLoop<TFormula>(
        in Operand a,
        in Operand b,
        in Operand c,
        in Operand d,
        in Operand y
    ) : ILanesLoop
        where TFormula : struct, IFormula
    {
        private readonly ref readonly Operand a = ref a;
        private readonly ref readonly Operand b = ref b;
        private readonly ref readonly Operand c = ref c;
        private readonly ref readonly Operand d = ref d;
        private readonly ref readonly Operand y = ref y;

        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            // An operand that the formula does not depend on is replaced by y, whose memory is touched anyway.
            ref readonly var first = ref (TFormula.Used & 1) != 0 ? ref a : ref y;
            ref readonly var second = ref (TFormula.Used & 2) != 0 ? ref b : ref y;
            ref readonly var third = ref (TFormula.Used & 4) != 0 ? ref c : ref y;
            ref readonly var fourth = ref (TFormula.Used & 8) != 0 ? ref d : ref y;
            var repeated =
                (Repeats(first) ? 1 : 0)
                | (Repeats(second) ? 2 : 0)
                | (Repeats(third) ? 4 : 0)
                | (Repeats(fourth) ? 8 : 0);
            if (
                y.IsContiguous
                && (first.IsContiguous || (repeated & 1) != 0)
                && (second.IsContiguous || (repeated & 2) != 0)
                && (third.IsContiguous || (repeated & 4) != 0)
                && (fourth.IsContiguous || (repeated & 8) != 0)
            )
            {
                ElementwiseLoop.RunContiguous<TFormula, T, TElement>(
                    first.Address,
                    second.Address,
                    third.Address,
                    fourth.Address,
                    repeated,
                    y.Address,
                    y.Count
                );
            }
            else if (y.Count > 0)
            {
                RunStrided<T, TElement>();
            }
        }

        // One number seen through a larger shape.
        private static bool Repeats(in Operand operand)
        {
            if (operand.IsContiguous)
            {
                return false;
            }

            for (var axis = 0; axis < operand.Rank; axis++)
            {
                if (operand.Strides[axis] != 0 && operand.Shape[axis] != 1)
                {
                    return false;
                }
            }

            return true;
        }

        private void RunStrided<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            using var target = new GaplessTarget(y);
            var result = new View(target.Address, y.Shape.RowMajorStrides());
            using var first = (TFormula.Used & 1) != 0 ? new Rows(a) : new Rows(result);
            using var second = (TFormula.Used & 2) != 0 ? new Rows(b) : new Rows(result);
            using var third = (TFormula.Used & 4) != 0 ? new Rows(c) : new Rows(result);
            using var fourth = (TFormula.Used & 8) != 0 ? new Rows(d) : new Rows(result);
            ReadOnlySpan<View> views = [result, first.View, second.View, third.View, fourth.View];
            views = views[..(TFormula.Inputs + 1)];
            ElementwiseLoop.RunNest<TFormula, T, TElement>(new LoopNest(y.Shape, views), views, y.Count);
        }
    }

    private readonly struct UnaryFormula<TKernel> : IFormula
        where TKernel : struct, IUnaryKernel
    {
        public static int Inputs => 1;

        public static int Used => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Evaluate<T>(T a, T b, T c, T d)
            where T : struct, ILanes<T> => TKernel.Forward(a);
    }

    private readonly struct UnaryGradientFormula<TKernel> : IFormula
        where TKernel : struct, IUnaryKernel
    {
        public static int Inputs => 3;

        public static int Used => 4 | SlopeUse<TKernel>.Inputs;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Evaluate<T>(T a, T b, T c, T d)
            where T : struct, ILanes<T> => c * TKernel.Slope(a, b);
    }

    private readonly struct BinaryFormula<TKernel> : IFormula
        where TKernel : struct, IBinaryKernel
    {
        public static int Inputs => 2;

        public static int Used => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Evaluate<T>(T a, T b, T c, T d)
            where T : struct, ILanes<T> => TKernel.Forward(a, b);
    }

    private readonly struct LeftGradientFormula<TKernel> : IFormula
        where TKernel : struct, IBinaryKernel
    {
        public static int Inputs => 4;

        public static int Used => 8 | SlopesUse<TKernel>.Left;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Evaluate<T>(T a, T b, T c, T d)
            where T : struct, ILanes<T> => d * TKernel.SlopeLeft(a, b, c);
    }

    private readonly struct RightGradientFormula<TKernel> : IFormula
        where TKernel : struct, IBinaryKernel
    {
        public static int Inputs => 4;

        public static int Used => 8 | SlopesUse<TKernel>.Right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Evaluate<T>(T a, T b, T c, T d)
            where T : struct, ILanes<T> => d * TKernel.SlopeRight(a, b, c);
    }
}
