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
    private static readonly Lock initialization = new();

    private volatile bool isReady;

    /// <summary>The path of members from the root to this module; empty at the root.</summary>
    internal string Path { get; private set; } = "";

    /// <summary>Whether <see cref="Freeze"/> was called on this module or one that holds it.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>The parameters that training may change, in order; shared ones once.</summary>
    public IReadOnlyList<Parameter> Parameters => [.. Discover().Parameters.Where(p => p.IsTrainable)];

    /// <summary>The numbers that layers keep beside their parameters, such as running statistics.</summary>
    public IReadOnlyList<Parameter> Buffers => [.. Discover().Parameters.Where(p => !p.IsTrainable)];

    /// <summary>This module and all it holds, each before its parts.</summary>
    public IReadOnlyList<Module> Modules => Discover().Modules;

    /// <summary>The number of trainable numbers.</summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.Count);

    /// <summary>Whether this module computes as in training: a training step is open and it is not frozen.</summary>
    protected internal bool IsTraining => Tape.IsTraining && !IsFrozen;

    /// <summary>Draws the first values of every parameter from (seed, <c>init</c>, its path from here), and sets what dropout will draw.</summary>
    /// <param name="seed">The same seed gives the same bits.</param>
    public void Initialize(long seed = 0)
    {
        var contents = Discover();
        foreach (var (path, parameter) in contents.NamedParameters)
        {
            parameter.Initialize(seed, path);
        }

        foreach (var module in contents.Modules)
        {
            module.Seed(seed);
            module.isReady = true;
        }
    }

    /// <summary>Draws the first values of those parameters that have none yet, with seed 0.</summary>
    internal void EnsureInitialized()
    {
        if (isReady)
        {
            return;
        }

        // Several threads may predict with a network that nobody used before.
        lock (initialization)
        {
            var contents = Discover();
            foreach (var parameter in contents.Parameters)
            {
                parameter.EnsureInitialized();
            }

            foreach (var module in contents.Modules)
            {
                module.isReady = true;
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

        foreach (var parameter in Discover().Parameters)
        {
            parameter.EnsureInitialized();
            parameter.Convert(dtype);
        }
    }

    /// <summary>Copies of all parameters and buffers by their path from here.</summary>
    public StateDict StateDict()
    {
        var state = new StateDict();
        foreach (var (path, parameter) in Discover().NamedParameters)
        {
            parameter.EnsureInitialized();
            state.Add(path, parameter.LastingCopy());
        }

        return state;
    }

    /// <summary>Sets all parameters and buffers from a state; nothing changes unless everything fits.</summary>
    /// <param name="state">A tensor for each name of <see cref="StateDict()"/>, of the same shape and element type; counters of batches that PyTorch saves beside running statistics are ignored.</param>
    /// <exception cref="StateMismatchException">Entries are missing, left over, or of another shape or type; the message lists them all.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var contents = Discover();
        Layers.StateDict.RequireFit(state, GetType().Name, contents.NamedParameters);
        foreach (var (path, parameter) in contents.NamedParameters)
        {
            parameter.Assign(state[path]);
        }
    }

    /// <summary>Makes the next forward pass look for parameters that have no values yet: after a part was added.</summary>
    private protected void ForgetReadiness() => isReady = false;

    /// <summary>Takes the root's seed, for layers that draw random numbers in training.</summary>
    private protected virtual void Seed(long seed) { }

    /// <summary>Looks through the fields, every time anew since parts may be replaced, and tells each part its path from the root.</summary>
    private ModuleContents Discover()
    {
        var contents = ModuleContents.Of(this);
        foreach (var (path, module) in contents.NamedModules)
        {
            module.Path = path.Length == 0 ? module.Path : ModuleContents.Join(Path, path);
        }

        foreach (var (path, parameter) in contents.NamedParameters)
        {
            parameter.Name = ModuleContents.Join(Path, path);
        }

        return contents;
    }

    private void SetFrozen(bool isFrozen)
    {
        var contents = Discover();
        foreach (var module in contents.Modules)
        {
            module.IsFrozen = isFrozen;
        }

        foreach (var parameter in contents.Parameters)
        {
            parameter.IsFrozen = isFrozen;
        }
    }
}
