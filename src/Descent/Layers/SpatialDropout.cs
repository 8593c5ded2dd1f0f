using Descent.Numerics;

namespace Descent.Layers;

/// <summary>What dropout of whole channels has in common over sequences and pictures.</summary>
public abstract class SpatialDropout : DropoutLayer
{
    private protected SpatialDropout(double probability)
        : base(probability) { }

    /// <summary>The axes that the layer takes, as its errors name them.</summary>
    private protected abstract string Axes { get; }

    /// <summary>Their number.</summary>
    private protected abstract int AxisCount { get; }

    private protected override void RequireInput(Tensor input)
    {
        if (input.Rank != AxisCount)
        {
            throw new ShapeException($"{GetType().Name}: needs {Axes}, found {input.Shape}{Tape.InLayer}.");
        }
    }

    private protected override Tensor Drop(Tensor input, double probability, RandomSource source)
    {
        input.RequireFloating(GetType().Name);
        Span<int> sizes = stackalloc int[AxisCount];
        sizes.Fill(1);
        (sizes[0], sizes[1]) = (input.Shape[0], input.Shape[1]);
        return input * (input.ZeroResult(new Shape(sizes)) + 1).Dropout(probability, source);
    }
}
