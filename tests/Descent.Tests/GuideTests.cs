using System.Reflection;
using System.Text.RegularExpressions;
using Descent.Losses;
using Descent.Optimizers;

namespace Descent.Tests;

/// <summary>The guide maps other libraries' names to all of ours.</summary>
public class GuideTests
{
    [Fact]
    public void Every_part_stands_in_the_table_of_names()
    {
        var guide = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "guide.md"));
        var table = guide[guide.IndexOf("## From PyTorch and Keras", StringComparison.Ordinal)..];
        var ours = string.Concat(
            table.Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Split('|')[^2])
        );
        var named = Regex.Matches(ours, @"\w+").Select(word => word.Value).ToHashSet();

        Assert.Empty(Parts().Where(part => !named.Contains(part)).Distinct());
    }

    private static IEnumerable<string> Parts() =>
        [
            .. Classes(typeof(Descent.Layers.Module)),
            .. Classes(typeof(Optimizer)),
            .. Makers(typeof(Loss), typeof(Tensor)),
            .. Makers(typeof(Initializers), typeof(Initializer)),
            .. (
                (Type[])
                    [
                        typeof(Penalty),
                        typeof(ActivityPenalty),
                        typeof(Constraint),
                        typeof(GradientClipping),
                        typeof(WeightAverage),
                    ]
            ).SelectMany(type => Makers(type, type)),
            .. Makers(typeof(Schedule), typeof(Schedule), BindingFlags.Instance),
        ];

    private static IEnumerable<string> Classes(Type parent) =>
        parent
            .Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(parent) && !type.IsAbstract)
            .Select(type => type.Name.Split('`')[0]);

    private static IEnumerable<string> Makers(Type type, Type result, BindingFlags alsoThose = BindingFlags.Default) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly | alsoThose)
            .Where(member =>
                (member is PropertyInfo property && property.PropertyType == result)
                || (member is MethodInfo { IsSpecialName: false } method && method.ReturnType == result)
            )
            .Select(member => member.Name);
}
