using System.Diagnostics.CodeAnalysis;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>A part of a network that may have parameters and parts of its own; whole networks derive from it.</summary>
/// <remarks>
/// <para>Parameters and parts are found in fields and properties, own and inherited, and inside arrays, lists and
/// dictionaries, in the order of declaration. A parameter's name is the path of members to it in snake case,
/// <c>features.0.weight</c>; <see cref="NameAttribute"/> sets another.</para>
/// <para>Constructors draw no random numbers: <see cref="Initialize"/> on the root does, or the first optimizer, with
/// seed 0.</para>
/// </remarks>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.AllFields | DynamicallyAccessedMemberTypes.AllProperties)]
public abstract class Module
{
    private ModuleContents? contents;

    /// <summary>The path of members from the root to this module; empty at the root.</summary>
    internal string Path { get; private set; } = "";

    /// <summary>Whether <see cref="Freeze"/> was called on this module or one that holds it.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>The parameters that training may change, in order; shared ones once.</summary>
    public IReadOnlyList<Parameter> Parameters => [.. Contents.Parameters.Where(p => p.IsTrainable)];

    /// <summary>The numbers that layers keep beside their parameters, such as running statistics.</summary>
    public IReadOnlyList<Parameter> Buffers => [.. Contents.Parameters.Where(p => !p.IsTrainable)];

    /// <summary>This module and all it holds, each before its parts.</summary>
    public IReadOnlyList<Module> Modules => Contents.Modules;

    /// <summary>The number of trainable numbers.</summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.Count);

    /// <summary>Whether this module computes as in training: a training step is open and it is not frozen.</summary>
    protected internal bool IsTraining => Tape.IsTraining && !IsFrozen;

    private protected bool IsReady => contents is not null;

    private ModuleContents Contents => contents ?? Discover();

    /// <summary>Draws the first values of every parameter from (seed, <c>init</c>, its name), and sets what dropout will draw.</summary>
    /// <param name="seed">The same seed gives the same bits.</param>
    public void Initialize(long seed = 0)
    {
        Discover();
        foreach (var parameter in Contents.Parameters)
        {
            parameter.Initialize(new RandomSource(seed, "init").Split(parameter.Name));
        }

        foreach (var module in Modules)
        {
            module.Seed(seed);
        }
    }

    /// <summary>Draws the first values of those parameters that have none yet, with seed 0.</summary>
    internal void EnsureInitialized()
    {
        foreach (var parameter in Contents.Parameters)
        {
            if (!parameter.IsInitialized)
            {
                parameter.Initialize(new RandomSource(0, "init").Split(parameter.Name));
            }
        }
    }

    /// <summary>Keeps the parameters as they are and puts the layers in inference for good, dropout and running statistics included.</summary>
    public void Freeze() => SetFrozen(true);

    /// <summary>Undoes <see cref="Freeze"/>.</summary>
    public void Unfreeze() => SetFrozen(false);

    /// <summary>Converts every parameter and buffer to another element type, keeping the values.</summary>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="DTypeException">The type is not floating-point.</exception>
    public void To(DType dtype)
    {
        if (!dtype.IsFloating())
        {
            throw new DTypeException($"Module.To: parameters are float32 or float64, not {dtype.Name()}.");
        }

        EnsureInitialized();
        foreach (var parameter in Contents.Parameters)
        {
            parameter.Convert(dtype);
        }
    }

    /// <summary>Copies of all parameters and buffers by name.</summary>
    public StateDict StateDict()
    {
        EnsureInitialized();
        var state = new StateDict();
        foreach (var parameter in Contents.Parameters)
        {
            state.Add(parameter.Name, parameter.LastingCopy());
        }

        return state;
    }

    /// <summary>Sets all parameters and buffers from a state; nothing changes unless everything fits.</summary>
    /// <param name="state">A tensor for each name of <see cref="StateDict()"/>, of the same shape and element type; counters of batches that PyTorch saves beside running statistics are ignored.</param>
    /// <exception cref="StateMismatchException">Entries are missing, left over, or of another shape or type; the message lists them all.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Layers.StateDict.RequireFit(state, GetType().Name, Contents.Parameters);
        foreach (var parameter in Contents.Parameters)
        {
            parameter.Assign(state[parameter.Name]);
        }
    }

    /// <summary>Finds parameters and parts anew: after one was replaced.</summary>
    private protected ModuleContents Discover()
    {
        contents = ModuleContents.Of(this);
        foreach (var (path, module) in contents.Named)
        {
            module.Path = path;
            module.contents ??= ReferenceEquals(module, this) ? contents : ModuleContents.Of(module);
        }

        foreach (var (path, parameter) in contents.NamedParameters)
        {
            parameter.Name = path;
        }

        return contents;
    }

    /// <summary>Forgets what was found, so that the next use looks again.</summary>
    private protected void ForgetContents() => contents = null;

    /// <summary>Takes the root's seed, for layers that draw random numbers in training.</summary>
    private protected virtual void Seed(long seed) { }

    private void SetFrozen(bool isFrozen)
    {
        foreach (var module in Modules)
        {
            module.IsFrozen = isFrozen;
        }

        foreach (var parameter in Contents.Parameters)
        {
            parameter.IsFrozen = isFrozen;
        }
    }
}
