using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
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

    /// <summary>The path of members from the root to this module, <c>features.0</c>; empty at the root, and until the root was looked through.</summary>
    public string Path { get; private set; } = "";

    /// <summary>Whether <see cref="Freeze()"/> was called on this module or one that holds it.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>The parameters that training may change, in order; shared ones once.</summary>
    public IReadOnlyList<Parameter> Parameters => [.. Discover().Parameters.Where(p => p.IsTrainable)];

    /// <summary>The numbers that layers keep beside their parameters, such as running statistics.</summary>
    public IReadOnlyList<Parameter> Buffers => [.. Discover().Parameters.Where(p => !p.IsTrainable)];

    /// <summary>This module and all it holds, each before its parts.</summary>
    public IReadOnlyList<Module> Modules => Discover().Modules;

    /// <summary>The number of numbers in <see cref="Parameters"/>.</summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.Count);

    /// <summary>The number of those that training changes now: <see cref="ParameterCount"/> without what is frozen.</summary>
    public long TrainableParameterCount => Parameters.Where(parameter => !parameter.IsFrozen).Sum(p => p.Count);

    /// <summary>Whether this module computes as in training: a training step is open and it is not frozen.</summary>
    protected internal bool IsTraining => Tape.IsTraining && !IsFrozen;

    /// <summary>A part by its path from here; setting it puts another in its place: <c>net["classifier.6"] = new Linear(4096, 2)</c>.</summary>
    /// <remarks>A part that is set keeps the values it has, or draws its first ones when the network is next used; make the optimizer afterwards.</remarks>
    /// <param name="path">Names of members and indices, joined by dots.</param>
    /// <exception cref="KeyNotFoundException">There is no such part; the message names those there are.</exception>
    /// <exception cref="ArgumentException">The member's type does not admit the new part.</exception>
    public Module this[string path]
    {
        get => PlaceOf(path).Module;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            PlaceOf(path).Place.Put(value, path);
            ForgetReadiness();
            Discover();
        }
    }

    /// <summary>Every part of a type, in order: <c>net.Find&lt;Conv2d&gt;()</c>; each knows its <see cref="Path"/>.</summary>
    /// <typeparam name="TModule">The type, or a base of it.</typeparam>
    public IReadOnlyList<TModule> Find<TModule>()
        where TModule : Module => [.. Discover().Modules.OfType<TModule>()];

    /// <summary>A part by its path from here, of the type that it has: <c>net.Find&lt;Linear&gt;("classifier.6").Weight</c>.</summary>
    /// <typeparam name="TModule">Its type, or a base of it.</typeparam>
    /// <param name="path">Names of members and indices, joined by dots.</param>
    /// <exception cref="KeyNotFoundException">There is no such part; the message names those there are.</exception>
    /// <exception cref="InvalidCastException">It is of another type.</exception>
    public TModule Find<TModule>(string path)
        where TModule : Module =>
        this[path] is TModule found
            ? found
            : throw new InvalidCastException(
                $"{path} is a {this[path].GetType().Name}, not a {ModuleFields.NameOf(typeof(TModule))}."
            );

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

    /// <summary>Undoes <see cref="Freeze()"/>.</summary>
    public void Unfreeze() => SetFrozen(false);

    /// <summary>Freezes the parts and parameters whose paths match: <c>net.Freeze("features.*")</c>, <c>net.Freeze("*.bias")</c>.</summary>
    /// <param name="pattern">A path; <c>*</c> stands for any characters, dots included, and <c>?</c> for one.</param>
    /// <exception cref="ArgumentException">Nothing matches.</exception>
    public void Freeze(string pattern) => SetFrozen(pattern, true);

    /// <summary>Undoes <see cref="Freeze(string)"/> for what matches.</summary>
    /// <param name="pattern">A path; <c>*</c> stands for any characters, dots included, and <c>?</c> for one.</param>
    /// <exception cref="ArgumentException">Nothing matches.</exception>
    public void Unfreeze(string pattern) => SetFrozen(pattern, false);

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
        var contents = Discover();
        foreach (var (path, parameter) in contents.NamedParameters)
        {
            parameter.EnsureInitialized();
            state.Add(path, parameter.LastingCopy());
        }

        foreach (var (path, module) in contents.NamedModules)
        {
            if (module.Structure is var (name, value))
            {
                state.Add(ModuleContents.Join(path, name), value);
            }
        }

        return state;
    }

    /// <summary>Sets all parameters and buffers from a state; nothing changes unless everything fits.</summary>
    /// <param name="state">A tensor for each name of <see cref="StateDict()"/>, of the same shape and element type; a shared parameter may stand under each of its names, with the same values; counters of batches that PyTorch saves beside running statistics are ignored.</param>
    /// <exception cref="StateMismatchException">Entries are missing, left over, or of another shape or type; the message lists them all.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var contents = Discover();
        Layers.StateDict.RequireFit(state, GetType().Name, contents);
        foreach (var (path, parameter) in contents.NamedParameters)
        {
            parameter.Assign(state[path]);
        }

        foreach (var (path, module) in contents.NamedModules)
        {
            if (module.Structure is var (name, _))
            {
                module.TakeStructure(state[ModuleContents.Join(path, name)]);
            }
        }
    }

    /// <summary>Integers that say how the module is built and that are saved beside its parameters, with their name; null where there are none.</summary>
    internal virtual (string Name, Tensor Value)? Structure => null;

    /// <summary>Why a saved structure of the right shape cannot be taken; null where it can.</summary>
    internal virtual string? ProblemOf(Tensor structure) => null;

    /// <summary>Builds the module as a saved structure says.</summary>
    internal virtual void TakeStructure(Tensor structure) { }

    /// <summary>Makes the next forward pass look for parameters that have no values yet: after a part was added.</summary>
    private protected void ForgetReadiness() => isReady = false;

    /// <summary>A copy that shares every field with this module: what <see cref="ModuleCopy"/> begins with.</summary>
    internal virtual Module ShallowCopy() => (Module)MemberwiseClone();

    /// <summary>Folds normalisations into the layers before them, where the module knows which follow each other.</summary>
    internal virtual void FoldNeighbours() { }

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

    private (Module Module, ModulePlace Place) PlaceOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var places = Discover().Places;
        var found = places.Find(entry => entry.Path == path);
        return found.Module is null
            ? throw new KeyNotFoundException(
                $"{GetType().Name} has no part {path}; it has {string.Join(", ", places.Select(entry => entry.Path))}."
            )
            : (found.Module, found.Place);
    }

    private void SetFrozen(string pattern, bool isFrozen)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var contents = Discover();
        var modules = contents.NamedModules.FindAll(entry => Matches(entry.Path));
        var parameters = contents.NamedParameters.FindAll(entry => Matches(entry.Path));
        if (modules.Count + parameters.Count == 0)
        {
            throw new ArgumentException(
                $"No part or parameter of {GetType().Name} matches {pattern}; the paths are {string.Join(", ", contents.NamedParameters.Select(entry => entry.Path))}.",
                nameof(pattern)
            );
        }

        modules.ForEach(entry => entry.Module.SetFrozen(isFrozen));
        parameters.ForEach(entry => entry.Parameter.IsFrozen = isFrozen);

        bool Matches(string path) => FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false);
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
