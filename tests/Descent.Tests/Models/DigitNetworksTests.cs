using Descent.Layers;
using Descent.Models;

namespace Descent.Tests.Models;

public class DigitNetworksTests
{
    public static TheoryData<string> Names => [.. DigitNetworks.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_network_turns_pictures_into_ten_scores(string name)
    {
        var network = DigitNetworks.Create(name);

        var scores = network.Forward(Tensor.Zeros([2, 1, 28, 28]));

        Assert.Equal(new Shape(2, 10), scores.Shape);
    }

    [Fact]
    public void An_unknown_name_is_refused_with_those_there_are()
    {
        var problem = Assert.Throws<ArgumentException>(() => DigitNetworks.Create("oracle"));

        Assert.Contains("'oracle'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("compact, wide, nielsen", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_wide_network_has_the_shape_of_the_recipe()
    {
        var wide = DigitNetworks.Wide();
        var recipe = NielsenRecipe.Network();

        Assert.Equal(
            recipe.Parameters.Select(parameter => parameter.Shape),
            wide.Parameters.Select(parameter => parameter.Shape)
        );
        Assert.Equal(wide.Select(layer => layer.ToString()), recipe.Select(layer => layer.ToString()));
    }
}
