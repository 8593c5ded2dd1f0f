using Descent.Formats;
using Descent.Layers;
using Descent.Models;

namespace Descent.Tests.Models;

/// <summary>Whole networks on weights that torchvision drew; <c>tests/golden/export_models.py</c> writes them to a folder of its own, for they are too large to keep.</summary>
public class TorchvisionTests
{
    private const string Variable = "DESCENT_GOLDEN_MODELS";

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    [InlineData("vgg16")]
    public void Logits_are_those_of_torchvision(string name)
    {
        var folder = Environment.GetEnvironmentVariable(Variable) ?? "";
        var path = Path.Combine(folder, name + ".safetensors");
        Assert.SkipUnless(
            File.Exists(path),
            $"there is no {name}.safetensors: write it with tests/golden/export_models.py and name its folder by {Variable}"
        );
        var tensors = Safetensors.Read(path).Tensors.ToDictionary();
        tensors.Remove("input", out var input);
        tensors.Remove("logits", out var logits);
        var network = Make(name);
        network.LoadStateDict(tensors);

        AssertClose(logits!, network.Forward(input!));
        AssertClose(logits!, network.ForInference().Forward(input!));
    }

    [Theory]
    [InlineData("resnet18", 11_689_512)]
    [InlineData("resnet50", 25_557_032)]
    [InlineData("vgg16", 138_357_544)]
    public void Networks_have_as_many_parameters_as_published(string name, long parameters) =>
        Assert.Equal(parameters, Make(name).ParameterCount);

    [Fact]
    public void A_picture_of_another_size_is_refused()
    {
        var problem = Assert.Throws<ShapeException>(() =>
            Vgg.Vgg11(classes: 2).Forward(Tensor.Zeros([1, 3, 200, 224]))
        );
        Assert.Contains(
            "Vgg: needs pictures (N, 3, 224, 224), found (1, 3, 200, 224)",
            problem.Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ShapeException>(() => ResNet.ResNet18().Forward(Tensor.Zeros([1, 1, 224, 224])));
    }

    private static Layer Make(string name) =>
        name switch
        {
            "resnet18" => ResNet.ResNet18(),
            "resnet50" => ResNet.ResNet50(),
            _ => Vgg.Vgg16(),
        };

    /// <summary>Within 1e-4 of the largest logit.</summary>
    private static void AssertClose(Tensor expected, Tensor actual)
    {
        var scale = expected.Abs().Max().ToScalar();
        Assert.InRange((actual - expected).Abs().Max().ToScalar() / scale, 0, 1e-4);
    }
}
