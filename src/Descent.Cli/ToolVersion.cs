using System.Reflection;

namespace Descent.Cli;

/// <summary>The version of the tool and the library, which are one.</summary>
internal static class ToolVersion
{
    /// <summary>As <c>0.1.0</c>.</summary>
    public static string Text { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
