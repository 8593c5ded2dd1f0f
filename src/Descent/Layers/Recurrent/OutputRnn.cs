namespace Descent.Layers;

/// <summary>A recurrent layer through the output: <see cref="OutputRnnCell"/> over sequences, with teacher forcing.</summary>
/// <remarks>
/// <b>Shape</b>: (N, L, C) → (N, L, K), the scores; <c>weight_ih_l0</c> (H, C), <c>weight_yh_l0</c> (H, K), <c>bias_h_l0</c> (H),
/// <c>weight_hy_l0</c> (K, H), <c>bias_y_l0</c> (K). <see cref="Layer.Forward(Tensor)"/> feeds each output into the next step: that is
/// how it predicts. <b>Source</b>: the lessons (recurrent networks); Jordan 1986; Williams and Zipser 1989 (teacher forcing).
/// </remarks>
public sealed class OutputRnn : Recurrent
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inputSize">C, the size of an input.</param>
    /// <param name="hiddenSize">H, the size of the layer between.</param>
    /// <param name="outputSize">K, the size of an output.</param>
    /// <param name="softmax">Whether the softmax of the scores is fed back; else the scores, as for regression.</param>
    public OutputRnn(int inputSize, int hiddenSize, int outputSize, bool softmax = true)
        : base(inputSize, size => new OutputRnnCell(size, hiddenSize, outputSize, softmax)) { }

    /// <summary>Computes the scores of all steps with the target's previous output fed in instead of the network's own: no step waits for another.</summary>
    /// <param name="input">(N, L, C).</param>
    /// <param name="target">The outputs that are wanted, (N, L, K): for classes, one-hot.</param>
    /// <returns>The scores, (N, L, K).</returns>
    /// <exception cref="ShapeException">Input or target do not fit.</exception>
    public Tensor ForwardTeacherForced(Tensor input, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = Enter();
        RequireInput(input);
        if (target.Shape != input.Shape.With(2, OutputSize))
        {
            throw new ShapeException(
                $"OutputRnn: an input {input.Shape} needs a target {input.Shape.With(2, OutputSize)}, found {target.Shape}{Tape.InLayer}."
            );
        }

        var cell = (OutputRnnCell)Cells[0];
        var nothing = target.ZeroResult(target.Shape.With(1, 1));
        return cell.Scores(cell.Project(input), Tensor.Concat([nothing, target[.., ..^1]], axis: 1));
    }
}
