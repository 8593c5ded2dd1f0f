namespace Descent.Layers;

/// <summary>The recurrent step through the output: h = tanh(U x + W y + b), z = V h + c, y′ = softmax(z).</summary>
/// <remarks>
/// <para>Only the output y of the step before is seen, no hidden state; so in training the target may stand in for it
/// (<see cref="OutputRnn.ForwardTeacherForced"/>), and all steps are computed at once.</para>
/// <para><b>Shape</b>: (N, C) and (N, K) twice → (N, K) twice: the scores z, which are the cell's output and go into a loss,
/// and y, which goes into the next step; <c>weight_ih</c> U (H, C), <c>weight_yh</c> W (H, K), <c>bias_h</c> b (H), <c>weight_hy</c> V (K, H),
/// <c>bias_y</c> c (K). <b>Start</b>: uniform within 1/√H, V and c too. <b>Source</b>: the lessons (recurrent networks); Jordan 1986.</para>
/// </remarks>
public sealed class OutputRnnCell : RecurrentCell
{
    private readonly bool softmax;

    /// <summary>Makes the cell.</summary>
    /// <param name="inputSize">C, the size of an input.</param>
    /// <param name="hiddenSize">H, the size of the layer between.</param>
    /// <param name="outputSize">K, the size of an output.</param>
    /// <param name="softmax">Whether y is the softmax of the scores; else it is the scores, as for regression.</param>
    public OutputRnnCell(int inputSize, int hiddenSize, int outputSize, bool softmax = true)
        : base(inputSize, outputSize, outputSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        this.softmax = softmax;
        var start = Initializers.InverseSqrt(hiddenSize);
        WeightIh = new Parameter([hiddenSize, inputSize], start);
        WeightYh = new Parameter([hiddenSize, outputSize], start);
        BiasH = new Parameter([hiddenSize], start);
        WeightHy = new Parameter([outputSize, hiddenSize], start);
        BiasY = new Parameter([outputSize], start);
    }

    private Parameter WeightIh { get; }

    private Parameter WeightYh { get; }

    private Parameter BiasH { get; }

    private Parameter WeightHy { get; }

    private Parameter BiasY { get; }

    /// <inheritdoc/>
    public override string ToString() => $"OutputRnnCell({InputSize} → {BiasH.Shape[0]} → {OutputSize})";

    /// <inheritdoc/>
    protected internal override long MultiplyAdds => WeightIh.Count + WeightYh.Count + WeightHy.Count;

    /// <inheritdoc/>
    protected internal override Tensor Project(Tensor input) => input.Linear(WeightIh, BiasH);

    /// <inheritdoc/>
    protected internal override RecurrentState Advance(Tensor projected, RecurrentState state, Tensor hidden)
    {
        var scores = Scores(projected, state.Parts[1]);
        return new RecurrentState(scores, softmax ? scores.Softmax() : scores);
    }

    /// <summary>V tanh(U x + W y + b) + c of any number of steps whose outputs before are known.</summary>
    /// <param name="projected">U x + b.</param>
    /// <param name="before">The output of the step before, for each.</param>
    internal Tensor Scores(Tensor projected, Tensor before) =>
        (projected + before.Linear(WeightYh)).Tanh().Linear(WeightHy, BiasY);
}
