namespace Descent.Benchmarks;

/// <summary>Single operations under the conditions of a training step: recorded, and their memory recycled.</summary>
internal sealed class Recorded
{
    private readonly Tape tape = new();

    /// <summary>Runs an operation and reads nothing.</summary>
    public double Forward(Func<Tensor> operation)
    {
        tape.Open([], trains: true, recycles: true, stepNumber: 0);
        operation();
        tape.Close();
        return 0;
    }

    /// <summary>Runs an operation on a leaf and its gradient, hands both to <paramref name="use"/>, and gives the memory back.</summary>
    public double Backward(Tensor leaf, Func<Tensor> operation, Tensor? gradient, Func<Tensor, Tensor, double> use)
    {
        tape.Open([leaf], trains: true, recycles: true, stepNumber: 0);
        var output = operation();
        tape.Backward(output, gradient ?? output.Constant(1).BroadcastTo(output.Shape));
        var result = use(output, tape.GradientOf(leaf)!);
        tape.Close();
        return result;
    }
}
