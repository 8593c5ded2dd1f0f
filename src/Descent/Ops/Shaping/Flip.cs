namespace Descent;

public partial class Tensor
{
    /// <summary>With the order of the elements turned round along the named axes.</summary>
    /// <remarks><b>Formula</b>: y[…, i, …] = x[…, n − 1 − i, …]. <b>Gradient</b>: dy, turned round.</remarks>
    /// <param name="axes">The axes, −1 for the last.</param>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Flip(params ReadOnlySpan<int> axes)
    {
        var y = this;
        foreach (var axis in axes)
        {
            var places = new long[Shape[Axis(axis)]];
            for (var index = 0; index < places.Length; index++)
            {
                places[index] = places.Length - 1 - index;
            }

            y = y.Take(From(places), axis);
        }

        return y;
    }
}
