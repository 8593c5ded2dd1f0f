namespace Descent.Backends;

public abstract partial class Backend
{
    /// <summary>Largest element of each window; <paramref name="places"/> (or none outside training) says where in its window, row · kernel width + column, the first of equals: in bytes where the window has at most 255 places, else int32; all bits are set where the whole window is padding.</summary>
    public bool TryMaxPool(in Operand x, in Window2d window, in Operand y, in Operand places) =>
        Kept(TryMaxPoolCore(x, window, y, places), x.Storage, y.Storage, places.Storage);

    /// <summary>Does the work of <see cref="TryMaxPool"/>.</summary>
    protected virtual bool TryMaxPoolCore(in Operand x, in Window2d window, in Operand y, in Operand places) => false;

    /// <summary>dx of <see cref="TryMaxPool"/>.</summary>
    public bool TryMaxPoolGradient(in Operand dy, in Operand places, in Window2d window, in Operand dx) =>
        Kept(TryMaxPoolGradientCore(dy, places, window, dx), dy.Storage, places.Storage, dx.Storage);

    /// <summary>Does the work of <see cref="TryMaxPoolGradient"/>.</summary>
    protected virtual bool TryMaxPoolGradientCore(
        in Operand dy,
        in Operand places,
        in Window2d window,
        in Operand dx
    ) => false;

    /// <summary>Mean of each window; padding counts as zeros when <paramref name="countPadding"/>, else it is left out of the mean.</summary>
    public bool TryAveragePool(in Operand x, in Window2d window, bool countPadding, in Operand y) =>
        Kept(TryAveragePoolCore(x, window, countPadding, y), x.Storage, y.Storage);

    /// <summary>Does the work of <see cref="TryAveragePool"/>.</summary>
    protected virtual bool TryAveragePoolCore(in Operand x, in Window2d window, bool countPadding, in Operand y) =>
        false;

    /// <summary>dx of <see cref="TryAveragePool"/>.</summary>
    public bool TryAveragePoolGradient(in Operand dy, in Window2d window, bool countPadding, in Operand dx) =>
        Kept(TryAveragePoolGradientCore(dy, window, countPadding, dx), dy.Storage, dx.Storage);

    /// <summary>Does the work of <see cref="TryAveragePoolGradient"/>.</summary>
    protected virtual bool TryAveragePoolGradientCore(
        in Operand dy,
        in Window2d window,
        bool countPadding,
        in Operand dx
    ) => false;
}
