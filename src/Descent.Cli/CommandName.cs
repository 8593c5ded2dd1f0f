namespace Descent.Cli;

/// <summary>How the reader can type a command of this tool where they stand.</summary>
internal static class CommandName
{
    private static readonly string Project = Path.Combine("src", "Descent.Cli");

    /// <summary>A command to copy: through <c>dotnet run</c> at the root of a clone, else by the installed tool's name.</summary>
    public static string Of(string arguments) =>
        File.Exists(Path.Combine(Project, "Descent.Cli.csproj"))
            ? $"dotnet run -c Release --project src/Descent.Cli -- {arguments}"
            : $"descent {arguments}";
}
