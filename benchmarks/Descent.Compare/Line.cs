using System.Text.Json;
using System.Text.Json.Serialization;

namespace Descent.Compare;

/// <summary>One line of results, as the harness and the peer's script print them; what one of them does not say is null.</summary>
internal sealed record Line
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public required string Name { get; init; }
    public string? Error { get; init; }
    public double? Ms { get; init; }
    public double? MinMs { get; init; }

    [JsonPropertyName("GBs")]
    public double? Gbs { get; init; }
    public long? AllocatedBytes { get; init; }
    public double? Difference { get; init; }
    public long? RssMb { get; init; }

    /// <summary>Reads a line; null when it is something else that a process printed.</summary>
    public static Line? Parse(string text)
    {
        if (!text.StartsWith('{'))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Line>(text, Format);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A line that says why there are no figures.</summary>
    public static Line Failed(string name, string error) => new() { Name = name, Error = error };
}
