using System.Runtime.Intrinsics;
using Descent.Backends.Cpu;
using Descent.Numerics;
using InputGradient = Descent.Backends.Cpu.WinogradFiveBackwardData<
    Descent.Backends.Cpu.Vector256Ops<float>,
    System.Runtime.Intrinsics.Vector256<float>,
    float
>;
using DirectData = Descent.Backends.Cpu.ShiftedBackwardData<
    Descent.Backends.Cpu.Vector256Ops<float>,
    System.Runtime.Intrinsics.Vector256<float>,
    float
>;
using DirectForward = Descent.Backends.Cpu.ConvolutionForward<
    Descent.Backends.Cpu.Vector256Ops<float>,
    System.Runtime.Intrinsics.Vector256<float>,
    float,
    Descent.Backends.Cpu.NoEpilogue<float>
>;
using DirectWeights = Descent.Backends.Cpu.ConvolutionBackwardWeight<
    Descent.Backends.Cpu.Vector256Ops<float>,
    System.Runtime.Intrinsics.Vector256<float>,
    float
>;
using Weights = Descent.Backends.Cpu.WinogradFiveBackwardWeight<
    Descent.Backends.Cpu.Vector256Ops<float>,
    System.Runtime.Intrinsics.Vector256<float>,
    float
>;

namespace Descent.Tests.Backends.Cpu;

/// <summary>Convolutions with 5×5 filters by Winograd's transforms.</summary>
[Collection(nameof(Sharing))]
public unsafe class WinogradFiveTests
{
    // n, c, h, w, k, padding; whether the gradients go this way too
    public static TheoryData<int, int, int, int, int, int, bool> Shapes =>
        [
            (7, 20, 12, 12, 40, 0, true),
            (3, 17, 12, 14, 19, 1, true),
            (2, 16, 14, 14, 60, 2, true),
            (2, 33, 9, 13, 16, 0, false),
            (1, 16, 6, 30, 16, 0, true),
            (2, 20, 34, 30, 18, 2, false),
            (1, 140, 8, 8, 130, 2, false),
        ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_gives_the_same_bits_near_plain_loops(int n, int c, int h, int w, int k, int padding, bool all)
    {
        var shape = ConvolutionShape.Of(n, c, h, w, k, 5, 5, padding: padding);
        if (all)
        {
            Assert.True(WinogradFiveTiles.Pay(shape) && InputGradient.Pays(shape) && Weights.Pays(shape));
        }

        new ConvolutionCase<float>(shape, new Random(5)).Check(1e-5);
    }
}
