using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override void FillUniformCore(RandomSource source, in Operand y) =>
        WorkSplitter.For(y.Count, RandomBody.Grain, new RandomBody(source, y.Address, y.DType, isNormal: false));

    /// <inheritdoc/>
    protected override void FillNormalCore(RandomSource source, in Operand y) =>
        WorkSplitter.For(y.Count, RandomBody.Grain, new RandomBody(source, y.Address, y.DType, isNormal: true));

    /// <summary>Random numbers by index: any part can be drawn on its own.</summary>
    private readonly struct RandomBody(RandomSource source, nint y, DType dtype, bool isNormal) : IRangeBody
    {
        public const long Grain = 4096;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            var count = (int)(end - start);
            switch (dtype, isNormal)
            {
                case (DType.Float32, false):
                    source.FillUniform(new Span<float>((float*)y + start, count), start);
                    break;
                case (DType.Float32, true):
                    source.FillNormal(new Span<float>((float*)y + start, count), start);
                    break;
                case (DType.Float64, false):
                    source.FillUniform(new Span<double>((double*)y + start, count), start);
                    break;
                case (DType.Float64, true):
                    source.FillNormal(new Span<double>((double*)y + start, count), start);
                    break;
                default:
                    throw new DTypeException($"Random numbers are float32 or float64, not {dtype.Name()}.");
            }
        }
    }
}
