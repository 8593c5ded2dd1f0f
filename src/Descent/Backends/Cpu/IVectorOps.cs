namespace Descent.Backends.Cpu;

/// <summary>The few operations that the product kernels need of one vector width, on raw hardware vectors so that two
/// dozen of them stay in registers. Every implementation gives the same bits per lane.</summary>
internal unsafe interface IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Elements in one vector; a constant to the compiler.</summary>
    static abstract int Count { get; }

    /// <summary>Rows of the largest register tile, two vectors wide, that does not spill.</summary>
    static abstract int TileRows { get; }

    /// <summary>Reads one vector; no alignment is needed.</summary>
    static abstract TVector Load(TElement* source);

    /// <summary>Writes one vector; no alignment is needed.</summary>
    static abstract void Store(TElement* destination, TVector value);

    /// <summary>Reads the first <paramref name="count"/> elements and zeros for the rest; touches no memory beyond them.</summary>
    static abstract TVector LoadPartial(TElement* source, int count);

    /// <summary>Writes the first <paramref name="count"/> elements only.</summary>
    static abstract void StorePartial(TElement* destination, TVector value, int count);

    /// <summary>A number, rounded once, in every lane.</summary>
    static abstract TVector Constant(double value);

    /// <summary>One element from memory in every lane.</summary>
    static abstract TVector Broadcast(TElement* source);

    /// <summary><c>a * b + c</c> with one rounding.</summary>
    static abstract TVector FusedMultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary><c>a * b - c</c> with one rounding.</summary>
    static abstract TVector FusedMultiplySubtract(TVector a, TVector b, TVector c);

    /// <summary>Sum, lane by lane.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>Difference, lane by lane.</summary>
    static abstract TVector Subtract(TVector left, TVector right);

    /// <summary>Without the sign, lane by lane.</summary>
    static abstract TVector Abs(TVector value);

    /// <summary>The value where the mask's bits are set, zero where they are not.</summary>
    static abstract TVector And(TVector value, TVector mask);
}
