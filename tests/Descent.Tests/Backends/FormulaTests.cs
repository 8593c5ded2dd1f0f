using System.Reflection;
using Descent.Backends;

namespace Descent.Tests.Backends;

/// <summary>What holds for every formula in the library.</summary>
public class FormulaTests
{
    private static readonly Type[] Kinds =
    [
        typeof(IUnaryKernel),
        typeof(IBinaryKernel),
        typeof(ICompareKernel),
        typeof(IReduceKernel),
        typeof(IUpdateKernel),
    ];

    [Fact]
    public void EveryFormulaAsksToBeInlined()
    {
        var formulas = typeof(Tensor).Assembly.GetTypes().Where(type => Kinds.Any(kind => kind.IsAssignableFrom(type)));
        var forgotten =
            from formula in formulas
            where formula.IsValueType
            from method in formula.GetMethods(BindingFlags.Public | BindingFlags.Static)
            where method.IsGenericMethod
            where !method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveInlining)
            select $"{formula.Name}.{method.Name}";
        Assert.Empty(forgotten);
    }

    [Fact]
    public void ATraceTellsWhatASlopeReads()
    {
        Assert.Equal(3, SlopeUse<BumpKernel>.Inputs);
        Assert.Equal(0, SlopeUse<NegateKernel>.Inputs);
        Assert.Equal(2, SlopesUse<RatioKernel>.Left);
        Assert.Equal(6, SlopesUse<RatioKernel>.Right);
    }
}
