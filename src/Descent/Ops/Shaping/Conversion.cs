namespace Descent;

public partial class Tensor
{
    /// <summary>The same numbers as another element type; fractions are cut when it holds whole numbers, and any number but 0 is true.</summary>
    /// <remarks><b>Gradient</b>: dx = dy converted back, between floating-point types.</remarks>
    public Tensor To(DType dtype)
    {
        if (dtype == DType)
        {
            return this;
        }

        var y = Result(Shape, dtype);
        Backend.Copy(View, y.View);
        return dtype.IsFloating() && DType.IsFloating() && Tape.Tracks(this) ? y.From(new ConversionOp(this)) : y;
    }

    /// <summary>The same numbers on another device; a copy without history unless it is there already.</summary>
    public Tensor To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device == Device)
        {
            return this;
        }

        var y = Lasting(device, DType, Shape);
        device.Backend.Copy(View, y.View);
        return y;
    }

    /// <summary>A copy in memory of its own that outlives the training step; gradients flow through it.</summary>
    public Tensor Clone()
    {
        var y = LastingCopy();
        return Tape.Tracks(this) ? y.From(new ConversionOp(this)) : y;
    }

    /// <summary>The same numbers without history, for use within the same step.</summary>
    internal Tensor Untracked() => Seen(Shape, View.Strides, View.Offset);

    /// <summary>The same numbers without history: no gradient flows through, and the training step does not recycle them.</summary>
    public Tensor Detach() => View.Storage.IsRecycled ? LastingCopy() : WithoutHistory();
}

/// <summary>The node of a conversion or copy.</summary>
internal sealed class ConversionOp(Tensor x) : Op(x)
{
    internal override string Name => "To or Clone";

    internal override void Backward(Tensor gradient, Tape tape) => tape.Add(x, gradient.To(x.DType));
}
