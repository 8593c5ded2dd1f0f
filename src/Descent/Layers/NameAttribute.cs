namespace Descent.Layers;

/// <summary>Sets the name of a parameter or part in saved states, where the member's own in snake case is not wanted; an empty name leaves the member out of the path.</summary>
/// <param name="name">The name.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class NameAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
