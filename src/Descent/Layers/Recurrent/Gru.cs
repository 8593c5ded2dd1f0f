namespace Descent.Layers;

/// <summary>Gated recurrent units, in PyTorch's form: <see cref="GruCell"/> over sequences.</summary>
/// <remarks>
/// <b>Shape</b>: as <see cref="Recurrent"/>; the parameters are PyTorch's, <c>weight_ih_l0</c> (3H, C), <c>weight_hh_l0</c> (3H, H), ….
/// <b>Source</b>: Cho et al. 2014.
/// </remarks>
public sealed class Gru : Recurrent
{
    /// <summary>Makes the layers.</summary>
    /// <param name="inputSize">C, the size of an input.</param>
    /// <param name="hiddenSize">H, the size of the hidden state.</param>
    /// <param name="layers">How many recurrences stand on each other.</param>
    /// <param name="bias">Whether biases are added.</param>
    /// <param name="bidirectional">Whether a second cell goes through the sequence from its end.</param>
    /// <param name="dropout">The share dropped of what goes from one layer to the next, at each step anew; needs two layers.</param>
    /// <param name="recurrentDropout">The share dropped of what the weights see of the hidden state, by one mask for a whole sequence.</param>
    /// <param name="learnInitialState">Whether the state before the first step is learned; else zeros.</param>
    /// <param name="singleOutput">Whether <see cref="Layer.Forward(Tensor)"/> gives the last output alone.</param>
    /// <param name="initializers">How the parameters start; uniform within 1/√H when null.</param>
    public Gru(
        int inputSize,
        int hiddenSize,
        int layers = 1,
        bool bias = true,
        bool bidirectional = false,
        double dropout = 0,
        double recurrentDropout = 0,
        bool learnInitialState = false,
        bool singleOutput = false,
        RecurrentInitializers? initializers = null
    )
        : base(
            inputSize,
            size => new GruCell(size, hiddenSize, bias, initializers),
            layers,
            bidirectional,
            dropout,
            recurrentDropout,
            learnInitialState,
            singleOutput
        ) { }
}
