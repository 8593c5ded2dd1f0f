using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Descent.Parts;

/// <summary>What the documentation comments of the library name as the source of a member.</summary>
internal sealed partial class Sources
{
    private readonly Dictionary<string, string> byMember = new(StringComparer.Ordinal);

    public static Sources Read()
    {
        var sources = new Sources();
        foreach (
            var member in XDocument
                .Load(Path.ChangeExtension(typeof(Tensor).Assembly.Location, ".xml"))
                .Descendants("member")
        )
        {
            var text = Spaces().Replace(string.Concat(member.Nodes()), " ");
            if (Source().Match(text) is { Success: true } source)
            {
                // An overload or a method's parameter list does not matter: T:Descent.Layers.Linear, M:Descent.Losses.Loss.Huber.
                sources.byMember.TryAdd(
                    ((string)member.Attribute("name")!)[2..].Split('(')[0],
                    Markup()
                        .Replace(source.Groups[1].Value, "")
                        .Replace("&amp;", "&", StringComparison.Ordinal)
                        .Trim()
                        .TrimEnd('.')
                );
            }
        }

        return sources;
    }

    /// <summary>The source of a member by its full name; null when its comment names none.</summary>
    public string? Of(string member) => byMember.GetValueOrDefault(member);

    [GeneratedRegex(@"<b>Source</b>:\s*(.*?)(?=<b>|</remarks>|</para>|</summary>|$)")]
    private static partial Regex Source();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Markup();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
