using Descent.Backends;
using Descent.Layers;
using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>A running average of a model's weights over training, often better than the last ones.</summary>
/// <remarks>
/// <b>Formula</b>: a ← w at first; then a ← decay · a + (1 − decay) · w (exponential), or a ← a + (w − a) / n for the
/// n-th (equal, stochastic weight averaging).
/// <code>
/// var average = WeightAverage.Exponential(model, 0.999);
/// …                                     // after each step: average.Update();
/// using (average.Use()) { … }           // the model predicts with the averages in here
/// average.Assign();                     // and from here on for good
/// RunningStatistics.Recompute(model, loader, batch => model.Forward(batch.Images));
/// </code>
/// Batch norm's running statistics are not those of the averages: recompute them, or average them too.
/// </remarks>
public sealed class WeightAverage
{
    private const string CountKey = "averaged";
    private const string CallsKey = "calls";

    private readonly Module model;
    private readonly double? decay;
    private readonly bool includeBuffers;
    private readonly long firstUpdate;
    private readonly int every;
    private readonly Dictionary<Parameter, Tensor> averages = new(ReferenceEqualityComparer.Instance);
    private long calls;
    private bool isInUse;

    private WeightAverage(Module model, double? decay, bool includeBuffers, long firstUpdate, int every)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegative(firstUpdate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        this.model = model;
        this.decay = decay;
        this.includeBuffers = includeBuffers;
        this.firstUpdate = firstUpdate;
        this.every = every;
    }

    /// <summary>How many states of the weights the average is of.</summary>
    public long Count { get; private set; }

    /// <summary>An average in which older weights count less and less.</summary>
    /// <remarks><b>Formula</b>: a ← decay · a + (1 − decay) · w. <b>Source</b>: Polyak and Juditsky 1992; with a decay, Szegedy et al. 2016, section 8.</remarks>
    /// <param name="model">The model, for its weights.</param>
    /// <param name="decay">How slowly the average moves: 0 ≤ decay &lt; 1.</param>
    /// <param name="includeBuffers">Whether running statistics are averaged too.</param>
    /// <param name="firstUpdate">How many calls of <see cref="Update"/> pass before the first that counts.</param>
    /// <param name="every">Which of the calls after it count: every one, every second, ….</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static WeightAverage Exponential(
        Module model,
        double decay = 0.999,
        bool includeBuffers = false,
        long firstUpdate = 0,
        int every = 1
    )
    {
        Setting.Require(decay is >= 0 and < 1, decay, nameof(decay), "at least 0 and below 1");
        return new(model, decay, includeBuffers, firstUpdate, every);
    }

    /// <summary>An average in which all weights count the same (stochastic weight averaging), usually of the ends of late epochs.</summary>
    /// <remarks><b>Formula</b>: a ← a + (w − a) / n. <b>Source</b>: Polyak and Juditsky 1992; Izmailov et al. 2018, algorithm 1.</remarks>
    /// <param name="model">The model, for its weights.</param>
    /// <param name="includeBuffers">Whether running statistics are averaged too.</param>
    /// <param name="firstUpdate">How many calls of <see cref="Update"/> pass before the first that counts.</param>
    /// <param name="every">Which of the calls after it count: the batches of an epoch, to take one state an epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static WeightAverage Equal(Module model, bool includeBuffers = false, long firstUpdate = 0, int every = 1) =>
        new(model, null, includeBuffers, firstUpdate, every);

    /// <summary>Takes the model's present weights into the average; call it after each step.</summary>
    /// <exception cref="InvalidOperationException">The averages are in use.</exception>
    public void Update()
    {
        RequireNotInUse(nameof(Update));
        var since = calls++ - firstUpdate;
        if (since < 0 || since % every != 0)
        {
            return;
        }

        var share =
            Count == 0 ? 1
            : decay is { } kept ? 1 - kept
            : 1.0 / (Count + 1);
        foreach (var parameter in Parameters())
        {
            if (averages.TryGetValue(parameter, out var average) && average.DType == parameter.DType)
            {
                var constants = default(UpdateConstants<double>);
                (constants[0], constants[1]) = (1 - share, share);
                average.Backend.Update<BlendKernel>(
                    average.View,
                    parameter.View,
                    Operand.None,
                    Operand.None,
                    Operand.None,
                    constants
                );
            }
            else
            {
                averages[parameter] = parameter.LastingCopy();
            }
        }

        Count++;
    }

    /// <summary>Puts the averages in the place of the weights until the scope is disposed; nothing changes before the first update.</summary>
    /// <exception cref="InvalidOperationException">The averages are in use already.</exception>
    public IDisposable Use()
    {
        RequireNotInUse(nameof(Use));
        var own = averages.Keys.Select(parameter => (parameter, parameter.LastingCopy())).ToArray();
        Assign();
        isInUse = true;
        return new Scope(this, own);
    }

    /// <summary>Sets the model's weights to the averages for good; nothing changes before the first update.</summary>
    /// <exception cref="InvalidOperationException">The averages are in use.</exception>
    public void Assign()
    {
        RequireNotInUse(nameof(Assign));
        foreach (var (parameter, average) in averages)
        {
            parameter.Assign(average);
        }
    }

    /// <summary>Copies of the averages by the names of their weights, and how many states they are of.</summary>
    public StateDict StateDict()
    {
        var state = new StateDict { [CountKey] = Tensor.From([Count], [1]), [CallsKey] = Tensor.From([calls], [1]) };
        foreach (var (parameter, average) in averages)
        {
            state.Add(parameter.Name, average.LastingCopy());
        }

        return state;
    }

    /// <summary>Sets what <see cref="StateDict"/> gives from a saved state; nothing changes unless everything fits.</summary>
    /// <exception cref="StateMismatchException">An entry is missing, left over or of another shape; the message lists them all.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        RequireNotInUse(nameof(LoadStateDict));
        var rest = new Dictionary<string, Tensor>(state, StringComparer.Ordinal);
        var problems = new List<string>();
        var (count, called) = (TakeNumber(CountKey), TakeNumber(CallsKey));
        var loaded = new List<(Parameter, Tensor)>();
        foreach (var parameter in count > 0 ? Parameters() : [])
        {
            if (!rest.Remove(parameter.Name, out var found))
            {
                problems.Add($"missing {parameter.Name} {parameter.Shape}");
            }
            else if (found.Shape != parameter.Shape || found.DType != parameter.DType)
            {
                problems.Add(
                    $"{parameter.Name} is {found.DType.Name()} {found.Shape} where {parameter.DType.Name()} {parameter.Shape} is expected"
                );
            }
            else
            {
                loaded.Add((parameter, found.LastingCopy()));
            }
        }

        problems.AddRange(rest.Keys.Select(name => $"{name} is left over"));
        if (problems.Count > 0)
        {
            throw new StateMismatchException(
                $"The state does not fit the average of {model.GetType().Name}: {string.Join("; ", problems)}. Was it saved for another model?"
            );
        }

        averages.Clear();
        foreach (var (parameter, average) in loaded)
        {
            averages[parameter] = average;
        }

        (Count, calls) = (count, called);

        long TakeNumber(string key)
        {
            if (rest.Remove(key, out var found) && found.Count == 1)
            {
                return (long)found.ToScalar();
            }

            problems.Add($"{key} is missing or not one number");
            return 0;
        }
    }

    private IEnumerable<Parameter> Parameters() =>
        includeBuffers ? model.Parameters.Concat(model.Buffers) : model.Parameters;

    private void RequireNotInUse(string operation)
    {
        if (isInUse)
        {
            throw new InvalidOperationException(
                $"WeightAverage.{operation}: the model holds the averages now. Dispose the scope of Use() first."
            );
        }
    }

    private sealed class Scope(WeightAverage average, (Parameter Parameter, Tensor Values)[] own) : IDisposable
    {
        public void Dispose()
        {
            foreach (var (parameter, values) in average.isInUse ? own : [])
            {
                parameter.Assign(values);
            }

            average.isInUse = false;
        }
    }
}
