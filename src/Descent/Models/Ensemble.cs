using System.Collections;
using Descent.Layers;

namespace Descent.Models;

/// <summary>Several networks that predict as one: trained from other seeds, on other parts of the data or with other settings, they err in different places.</summary>
/// <remarks>
/// <para><b>Shape</b>: what the members take and give, (N, …) → (N, …, K) for classifiers. The members' states are
/// saved as one under their place: <c>0.…</c>, <c>1.…</c>.</para>
/// <para><b>Formula</b>: averaged probabilities come out as their logarithm, ln (1/M Σ_m softmax(x_m)), so that what takes
/// logits, such as <c>Evaluation</c> and <c>Loss.CrossEntropy</c>, takes an ensemble's output too, and its softmax is
/// the mean. Votes come out as the share of each class, whose largest is the majority's choice; of tied classes
/// <c>ArgMax</c> takes the one with the smallest number. <b>Gradient</b>: averages share it among the members; votes have none.</para>
/// <para><b>Source</b>: the lessons (model ensembles); Hansen and Salamon 1990.</para>
/// <example><code>
/// var committee = new Ensemble(EnsembleRule.AverageProbabilities, first, second, third);
/// Safetensors.Write("committee.safetensors", committee.StateDict());
/// </code></example>
/// </remarks>
public sealed class Ensemble : Layer, IReadOnlyList<Layer>
{
    [Name("")]
    private readonly Layer[] members;

    /// <summary>Puts networks together.</summary>
    /// <param name="rule">How their predictions become one.</param>
    /// <param name="members">The networks, at least one.</param>
    /// <exception cref="ArgumentException">There is no member, or the rule is none.</exception>
    public Ensemble(EnsembleRule rule, params ReadOnlySpan<Layer> members)
    {
        if (members.IsEmpty)
        {
            throw new ArgumentException("Ensemble: needs at least one network.", nameof(members));
        }

        if (!Enum.IsDefined(rule))
        {
            throw new ArgumentOutOfRangeException(nameof(rule), rule, "Ensemble: there is no such rule.");
        }

        foreach (var member in members)
        {
            ArgumentNullException.ThrowIfNull(member, nameof(members));
        }

        Rule = rule;
        this.members = members.ToArray();
    }

    /// <summary>How the predictions become one.</summary>
    public EnsembleRule Rule { get; }

    /// <summary>The number of networks.</summary>
    public int Count => members.Length;

    /// <summary>A network by its place.</summary>
    public Layer this[int index] => members[index];

    /// <inheritdoc/>
    public IEnumerator<Layer> GetEnumerator() => ((IEnumerable<Layer>)members).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"Ensemble({Count} networks, {Rule})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (Rule == EnsembleRule.MajorityVote && IsTraining)
        {
            throw new StepException(
                $"Ensemble: votes have no gradient{Tape.InLayer}. Train the networks one by one, or freeze the ensemble."
            );
        }

        var outputs = Array.ConvertAll(members, member => member.Forward(input));
        var other = Array.FindIndex(outputs, output => output.Shape != outputs[0].Shape);
        if (other > 0)
        {
            throw new ShapeException(
                $"Ensemble: network 0 gives {outputs[0].Shape} and network {other} gives {outputs[other].Shape}{Tape.InLayer}; they must give the same."
            );
        }

        return Rule switch
        {
            EnsembleRule.AverageProbabilities => Tensor
                .Stack(Array.ConvertAll(outputs, x => x.LogSoftmax()))
                .LogSumExp(0) - Math.Log(Count),
            EnsembleRule.AverageOutputs => Tensor.Stack(outputs).Mean(0),
            _ => Tensor.Stack(Array.ConvertAll(outputs, Vote)).Mean(0),
        };
    }

    private static Tensor Vote(Tensor output) => output.ArgMax().OneHot(output.Shape[^1], output.DType);
}
