namespace Descent.Backends.Cpu;

/// <summary>A parameter's filters as <see cref="WinogradFilters{TOps, TVector, TElement}"/> makes them, kept as long as its values stay: in inference, and in frozen layers.</summary>
/// <remarks>Made when the same values are used for the third time: training, which changes them after each use, keeps nothing, also where a look at the network came before.</remarks>
internal sealed unsafe class KeptFilters
{
    private const int LeastUses = 3;

    private readonly (long Version, int Outputs, int Inputs, int Width) key;
    private int uses = 1;

    private KeptFilters((long Version, int Outputs, int Inputs, int Width) key) => this.key = key;

    /// <summary>The panels, once they were made.</summary>
    internal Storage? Panels { get; private set; }

    /// <summary>The panels of the filters in a storage, or null where they are not worth keeping; the caller keeps them alive while it reads.</summary>
    public static Storage? Of<TOps, TVector, TElement>(Storage? weights, in ConvolutionShape shape, TElement* w)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
    {
        if (weights is null || weights.Version == 0)
        {
            return null;
        }

        var key = (weights.Version, shape.K, shape.C, TOps.Count);
        if (weights.Derived is not KeptFilters kept || kept.key != key)
        {
            weights.Derived = new KeptFilters(key);
            return null;
        }

        if (kept.Panels is { } panels)
        {
            return panels;
        }

        if (++kept.uses < LeastUses)
        {
            return null;
        }

        // Two threads at once make the same twice.
        panels = weights.Backend.Rent(
            WinogradFilters<TOps, TVector, TElement>.Length(shape.K, shape.C) * sizeof(TElement)
        );
        new WinogradFilters<TOps, TVector, TElement>(shape.K, shape.C, false, w, (TElement*)panels.Address).Make();
        kept.Panels = panels;
        return panels;
    }
}
