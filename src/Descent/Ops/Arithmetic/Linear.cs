using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>y = x wᵀ + b, the arithmetic of a fully connected layer.</summary>
    /// <remarks><b>Shape</b>: x (…, in), weight (out, in), bias (out) → (…, out). <b>Gradient</b>: dx = dy w, dw = dyᵀ x, db = Σ dy.</remarks>
    /// <exception cref="ShapeException">The last size of x is not the layer's input size.</exception>
    public Tensor Linear(Tensor weight, Tensor? bias = null)
    {
        RequireSameKind(this, weight, nameof(Linear));
        RequireFloating(nameof(Linear));
        if (weight.Rank != 2)
        {
            throw new ShapeException($"Linear: weights are (out, in), found {weight.Shape}{Tape.InLayer}.");
        }

        if (Rank == 0 || Shape[^1] != weight.Shape[1])
        {
            throw new ShapeException(
                $"Linear: input {Shape} does not fit weights {weight.Shape}{Tape.InLayer}: its last size must be {weight.Shape[1]}. Flatten the input?"
            );
        }

        RequireBias(bias, weight, nameof(Linear));
        var rows = Rank == 2 ? this : Reshape([-1, Shape[^1]]);
        var y = rows.LinearRows(weight, bias);
        return Rank == 2 ? y : y.Reshape(Shape.With(^1, weight.Shape[0]));
    }

    /// <summary>Checks that a bias, where there is one, has one number for each output.</summary>
    private static void RequireBias(Tensor? bias, Tensor weight, string operation)
    {
        if (bias is null)
        {
            return;
        }

        RequireSameKind(weight, bias, operation);
        if (bias.Rank != 1 || bias.Shape[0] != weight.Shape[0])
        {
            throw new ShapeException(
                $"{operation}: bias {bias.Shape} does not fit weights {weight.Shape}{Tape.InLayer}: it must be ({weight.Shape[0]})."
            );
        }
    }

    private Tensor LinearRows(Tensor weight, Tensor? bias)
    {
        var y = Result([Shape[0], weight.Shape[0]]);
        if (!Backend.TryLinear(View, weight.View, bias is null ? Operand.None : bias.View, y.View))
        {
            var product = MatMul(weight.Transpose());
            return bias is null ? product : product + bias;
        }

        return Tape.Tracks(this, weight, bias) ? y.From(new LinearOp(this, weight, bias)) : y;
    }
}

/// <summary>The node of <see cref="Tensor.Linear"/>.</summary>
internal sealed class LinearOp(Tensor x, Tensor weight, Tensor? bias) : Op(x, weight, bias)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        if (tape.Needs(x))
        {
            tape.Add(x, gradient.MatMul(weight));
        }

        if (tape.Needs(weight))
        {
            tape.Add(weight, gradient.Transpose().MatMul(x));
        }

        if (bias is not null && tape.Needs(bias))
        {
            tape.Add(bias, gradient.Sum(0));
        }
    }
}
