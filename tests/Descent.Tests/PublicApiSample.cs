#pragma warning disable CA1002, CA1024, CA1063, CA1816, CA1822 // A type with every kind of member, written for its looks.
namespace Descent.Tests;

/// <summary>What <see cref="PublicApiTests"/> describes to see whether the description is right.</summary>
public class PublicApiSample<T>(double rate = 0.5, string? name = null) : IDisposable
    where T : unmanaged
{
    public const int Limit = 3;

    private readonly List<string> rows = [$"{rate}"];

    public string? Name { get; init; } = name;

    public string this[int index]
    {
        get => rows[index];
        protected set => rows[index] = value;
    }

    public static TItem Largest<TItem>(IReadOnlyList<TItem> values)
        where TItem : class, IComparable<TItem> => values.Max()!;

    public bool TryGet(string name, out T value, params string[] others)
    {
        value = default;
        return name == Name || others.Contains(Name);
    }

    public void Dispose() => rows.Clear();

    protected virtual List<string?> Names() => [Name];

    internal int Hidden() => rows.Count;
}
