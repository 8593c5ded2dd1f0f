using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>First values of recurrent parameters, gate by gate.</summary>
public class RecurrentInitializerTests
{
    [Fact]
    public void Each_gate_is_drawn_for_itself()
    {
        var layer = new Gru(3, 4, initializers: new() { HiddenWeight = Initializers.Orthogonal() });
        layer.Initialize(3);
        var gates = layer.StateDict()["weight_hh_l0"].Split(4);

        var unit = Tensor.Eye(4).ToArray<float>().Select(value => (double)value).ToArray();
        foreach (var gate in gates)
        {
            var square = gate.MatMul(gate.Transpose()).ToArray<float>().Select(value => (double)value).ToArray();
            Golden.AssertClose(unit, square, 1e-5, "W Wᵀ");
        }

        Assert.NotEqual(gates[0].ToArray<float>(), gates[1].ToArray<float>());
        Assert.All(layer.StateDict()["weight_ih_l0"].ToArray<float>(), value => Assert.InRange(value, -0.5f, 0.5f));
    }

    [Fact]
    public void A_forget_bias_is_what_both_biases_add_up_to()
    {
        var layer = new Lstm(3, 4, initializers: new() { Bias = Initializers.Constant(0.25), ForgetBias = 1 });
        layer.Initialize(3);
        var state = layer.StateDict();
        var sum = state["bias_ih_l0"] + state["bias_hh_l0"];

        float[] expected = [.. from gate in new[] { 0.5f, 1, 0.5f, 0.5f } from _ in Enumerable.Range(0, 4) select gate];
        Assert.Equal(expected, sum.ToArray<float>());
    }

    [Fact]
    public void A_forget_bias_where_there_is_none_is_refused()
    {
        RecurrentInitializers initializers = new() { ForgetBias = 1 };
        Assert.Throws<ArgumentException>(() => new Gru(3, 4, initializers: initializers));
        Assert.Throws<ArgumentException>(() => new RnnCell(3, 4, initializers: initializers));
        Assert.Throws<ArgumentException>(() => new Lstm(3, 4, bias: false, initializers: initializers));
    }
}
