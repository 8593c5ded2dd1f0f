using Descent.Numerics;

namespace Descent;

/// <summary>A tensor that training changes: the weights of a layer, or numbers of its own that a layer keeps (a buffer).</summary>
/// <remarks>Made empty of meaning: the root module's <c>Initialize(seed)</c> fills it by its initialiser.</remarks>
public sealed class Parameter : Tensor
{
    private Tape? collector;

    /// <summary>Makes a parameter, zero until it is initialised.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="initializer">How its first values are drawn; null for zeros.</param>
    /// <param name="isTrainable">False for a buffer: saved with the module, changed by the layer and not by optimizers.</param>
    public Parameter(Shape shape, Initializer? initializer = null, bool isTrainable = true)
        : base(Full(Device.Cpu, shape, 0, DType.Float32).View, Device.Cpu)
    {
        Initializer = initializer ?? Initializers.Zeros;
        IsTrainable = isTrainable;
    }

    // Takes the memory of values that nobody else has.
    private Parameter(Tensor values, Initializer initializer, bool isTrainable)
        : base(values.View, values.Device)
    {
        Initializer = initializer;
        IsTrainable = isTrainable;
    }

    /// <summary>The path of members from the root module to this parameter, <c>features.0.weight</c>; empty until the root was looked through.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>How the first values are drawn.</summary>
    public Initializer Initializer { get; }

    /// <summary>Whether optimizers may change it at all; false for buffers.</summary>
    public bool IsTrainable { get; }

    /// <summary>Whether it multiplies what comes in: has two axes or more, and is no bias or scale of a norm, which have one as a rule.</summary>
    internal bool IsWeight => IsTrainable && Rank > 1 && !IsBiasOrScale;

    /// <summary>Whether it is a bias or a norm's scale of several axes, which their number does not tell.</summary>
    internal bool IsBiasOrScale { get; init; }

    /// <summary>The groups of a transposed convolution's filters, whose first axis is the inputs and whose second the outputs of each group; zero where the first axis is the outputs.</summary>
    internal int TransposedGroups { get; init; }

    /// <summary>Whether it was frozen: kept as it is until it is unfrozen.</summary>
    public bool IsFrozen { get; internal set; }

    /// <summary>Rises with every change of the values; what caches compare.</summary>
    public long Version { get; private set; }

    /// <summary>The tape that collects this parameter's gradient in a field of it, which is quicker to ask than a table; others that are open at the same time have it in their tables.</summary>
    internal Tape? Collector => collector;

    /// <summary>The gradient that <see cref="Collector"/> has collected so far.</summary>
    internal Tensor? Collected { get; set; }

    /// <summary>Whether values were given: by <c>Initialize</c>, <see cref="Assign"/> or a loaded state.</summary>
    internal bool IsInitialized { get; private set; }

    /// <summary>Replaces the values.</summary>
    /// <param name="values">A tensor of the same shape and element type.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The element types differ.</exception>
    public void Assign(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Shape != Shape)
        {
            throw new ShapeException($"Assign: the parameter has shape {Shape} and the values {values.Shape}.");
        }

        if (values.DType != DType)
        {
            throw new DTypeException(
                $"Assign: the parameter holds {DType.Name()} and the values {values.DType.Name()}. Convert them with To(DType.{DType})."
            );
        }

        Backend.Copy(values.To(Device).View, View);
        MarkChanged();
    }

    /// <summary>Makes a tape the collector unless another one is.</summary>
    internal bool TryCollect(Tape tape) => Interlocked.CompareExchange(ref collector, tape, null) is null;

    /// <summary>Ends what <see cref="TryCollect"/> began.</summary>
    internal void StopCollecting()
    {
        Collected = null;
        Volatile.Write(ref collector, null);
    }

    /// <summary>Draws the first values from (seed, <c>init</c>, path).</summary>
    internal void Initialize(long seed, string path)
    {
        var source = new RandomSource(seed, "init").Split(path);
        if (Initializer.Target is Draw draw)
        {
            // Memory that was never touched costs more than the numbers: none is taken beside the parameter's own.
            draw.Into(this, source);
            MarkChanged();
        }
        else
        {
            Assign(Initializer(Shape, source, DType));
        }
    }

    /// <summary>Draws the first values with seed 0 if there are none yet.</summary>
    internal void EnsureInitialized()
    {
        if (!IsInitialized)
        {
            Initialize(0, Name);
        }
    }

    /// <summary>Changes the element type, keeping the values.</summary>
    internal void Convert(DType dtype)
    {
        if (dtype != DType)
        {
            Rebind(To(dtype).LastingCopy());
            MarkChanged();
        }
    }

    /// <summary>A parameter of a tensor's values and element type.</summary>
    internal static Parameter Of(Tensor values)
    {
        var parameter = new Parameter(values.Shape);
        parameter.Convert(values.DType);
        parameter.Assign(values);
        return parameter;
    }

    /// <summary>A parameter with the same values, name and state, which changes on its own.</summary>
    internal Parameter Copy()
    {
        var copy = new Parameter(LastingCopy(), Initializer, IsTrainable)
        {
            Name = Name,
            IsFrozen = IsFrozen,
            IsBiasOrScale = IsBiasOrScale,
            Version = Version,
            IsInitialized = IsInitialized,
            TransposedGroups = TransposedGroups,
        };
        copy.View.Storage.Change();
        return copy;
    }

    internal void MarkChanged()
    {
        Version++;
        View.Storage.Change();
        IsInitialized = true;
    }
}

/// <summary>Draws the first values of a parameter.</summary>
/// <param name="shape">Its sizes; for weights (out, in, …).</param>
/// <param name="source">Random numbers for this parameter alone.</param>
/// <param name="dtype">Its element type.</param>
public delegate Tensor Initializer(Shape shape, RandomSource source, DType dtype);
