using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>y = x wᵀ + b, the arithmetic of a fully connected layer.</summary>
    /// <remarks><b>Shape</b>: x (…, in), weight (out, in), bias (out) → (…, out). <b>Gradient</b>: dx = dy w, dw = dyᵀ x, db = Σ dy.</remarks>
    /// <exception cref="ShapeException">The last size of x is not the layer's input size.</exception>
    public Tensor Linear(Tensor weight, Tensor? bias = null)
    {
        RequireLinear(weight, bias);
        var rows = Rank == 2 ? this : Reshape([-1, Shape[^1]]);
        var y = rows.LinearRows(weight, bias);
        return Rank == 2 ? y : y.Reshape(Shape.With(^1, weight.Shape[0]));
    }

    /// <summary>y = f(x wᵀ + b) in one pass, for a formula whose slope can be told from y; the same bits as one after the other.</summary>
    internal Tensor LinearThen<TKernel>(Tensor weight, Tensor? bias)
        where TKernel : struct, IUnaryKernel
    {
        RequireLinear(weight, bias);
        if (Rank == 2)
        {
            var y = Result([Shape[0], weight.Shape[0]]);
            if (Backend.TryLinearThen<TKernel>(View, weight.View, ViewOf(bias), y.View))
            {
                return Tape.Tracks(this, weight, bias) ? y.From(new LinearThenOp<TKernel>(this, weight, bias, y)) : y;
            }
        }

        return Linear(weight, bias).Map<TKernel>(nameof(Linear));
    }

    /// <summary>As <see cref="LinearThen{TKernel}"/>, then dropout.</summary>
    internal Tensor LinearThenDropout<TKernel>(Tensor weight, Tensor? bias, double probability, RandomSource source)
        where TKernel : struct, IUnaryKernel
    {
        RequireLinear(weight, bias);
        if (Rank == 2)
        {
            var y = Result([Shape[0], weight.Shape[0]]);
            if (
                Backend.TryLinearThen<TKernel>(View, weight.View, ViewOf(bias), y.View)
                && y.Drop(probability, source) is { } drop
            )
            {
                return Tape.Tracks(this, weight, bias)
                    ? drop.Y.From(new LinearThenDropoutOp<TKernel>(this, weight, bias, y, drop.Mask, probability))
                    : drop.Y;
            }
        }

        return Linear(weight, bias).Map<TKernel>(nameof(Linear)).Dropout(probability, source);
    }

    private void RequireLinear(Tensor weight, Tensor? bias)
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
        if (!Backend.TryLinear(View, weight.View, ViewOf(bias), y.View))
        {
            var product = MatMul(weight.Transpose());
            return bias is null ? product : product + bias;
        }

        return Tape.Tracks(this, weight, bias) ? y.From(new LinearOp(this, weight, bias)) : y;
    }
}

/// <summary>The node of <see cref="Tensor.Linear"/>.</summary>
internal class LinearOp(Tensor x, Tensor weight, Tensor? bias) : Op(x, weight, bias)
{
    // Products of numbers within this bound, up to as many as a shape can have, add up to less than the largest float.
    private const double Harmless = 1e14;

    internal override void Backward(Tensor gradient, Tape tape)
    {
        // Large weights leave theirs to who needs it, if anybody does: an optimizer gets along with the factors.
        var needsWeight = tape.Needs(weight);
        var defers = needsWeight && x.Count + gradient.Count < weight.Count;
        var dx = tape.Needs(x) ? x.Result(x.Shape) : null;
        var dw = needsWeight && !defers ? weight.Result(weight.Shape) : null;
        var db = bias is not null && tape.Needs(bias) ? bias.Result(bias.Shape) : null;
        if (
            !x.Backend.TryLinearGradient(
                x.View,
                weight.View,
                gradient.View,
                Tensor.ViewOf(dx),
                Tensor.ViewOf(dw),
                Tensor.ViewOf(db)
            )
        )
        {
            dx = dx is null ? null : gradient.MatMul(weight);
            dw = needsWeight ? gradient.Transpose().MatMul(x) : null;
            db = db is null ? null : gradient.Sum(0);
        }
        else if (defers)
        {
            dw = weight.Result(weight.Shape, new Deferred(x, weight, gradient));
            dw.IsKnownFinite = x.Backend.IsWithin(x.View, Harmless) && x.Backend.IsWithin(gradient.View, Harmless);
        }

        AddTo(tape, x, dx);
        AddTo(tape, weight, dw);
        AddTo(tape, bias, db);
    }

    private static void AddTo(Tape tape, Tensor? input, Tensor? gradient)
    {
        if (gradient is not null)
        {
            tape.Add(input!, gradient);
        }
    }
}

/// <summary>The node of a linear map with a formula behind it: dz = dy · f′, told from y = f(z), then as <see cref="LinearOp"/>.</summary>
internal sealed class LinearThenOp<TKernel>(Tensor x, Tensor weight, Tensor? bias, Tensor y) : LinearOp(x, weight, bias)
    where TKernel : struct, IUnaryKernel
{
    internal override string Name => "Linear";

    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dz = y.Result(y.Shape);
        y.Backend.UnaryGradient<TKernel>(y.View, y.View, gradient.View, dz.View);
        base.Backward(dz, tape);
    }
}

/// <summary>The node of a linear map with a formula and dropout behind it, the gradients of both in one pass.</summary>
internal sealed class LinearThenDropoutOp<TKernel>(
    Tensor x,
    Tensor weight,
    Tensor? bias,
    Tensor y,
    Tensor mask,
    double probability
) : LinearOp(x, weight, bias)
    where TKernel : struct, IUnaryKernel
{
    internal override string Name => "Linear";

    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dz = y.Result(y.Shape);
        if (!y.Backend.TryDropoutGradient<TKernel>(y.View, gradient.View, mask.View, probability, dz.View))
        {
            throw new NotSupportedException($"The backend {y.Backend.Name} drops elements but has no gradient for it.");
        }

        base.Backward(dz, tape);
    }
}
