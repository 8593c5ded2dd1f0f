using System.CommandLine;
using Descent.Cli.Commands;

namespace Descent.Cli;

/// <summary>The <c>descent</c> command: parses, runs, and turns every failure into one sentence and an exit code.</summary>
internal static class Tool
{
    /// <summary>What is said about a run that ended before it had anything to keep.</summary>
    public const string Interrupted = ErrorPrefix + "interrupted.";

    private const string ErrorPrefix = "descent: ";

    /// <summary>Runs the tool.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(string[] arguments)
    {
        try
        {
            var parsed = Root().Parse(arguments);
            if (parsed.Errors.Count > 0 && !Help.WasAsked(parsed))
            {
                Console.Error.WriteLine($"{ErrorPrefix}{ProblemOf(parsed)} See '{Help.PathOf(parsed)} --help'.");
                return ExitCode.WrongUsage;
            }

            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine(Interrupted);
            return ExitCode.Interrupted;
        }
        catch (UsageException problem)
        {
            Console.Error.WriteLine(ErrorPrefix + OneLine(problem.Message));
            return ExitCode.WrongUsage;
        }
        catch (Exception problem)
        {
            // Whatever it is, whoever typed the command reads a sentence, not a stack trace.
            Console.Error.WriteLine(ErrorPrefix + OneLine(problem.Message));
            return ExitCode.Failed;
        }
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("Train, test and use neural networks from the terminal.")
        {
            TrainCommand.Create(),
            EvaluateCommand.Create(),
            PredictCommand.Create(),
            SummaryCommand.Create(),
            InfoCommand.Create(),
        };
        root.HelpName = "descent";
        Help.Teach(root);
        return root;
    }

    private static string ProblemOf(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count == 0)
        {
            return OneLine(parsed.Errors[0].Message);
        }

        var choices = string.Join(", ", command.Subcommands.Select(choice => choice.Name));
        var unknown = parsed.UnmatchedTokens.Count > 0 ? $" '{parsed.UnmatchedTokens[0]}' is none of them." : "";
        return $"'{Help.PathOf(parsed)}' needs one of these: {choices}.{unknown}";
    }

    private static string OneLine(string message) =>
        string.Join(
            ' ',
            message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        );
}

/// <summary>What the tool ends with.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int Interrupted = 130;
}

/// <summary>The command line asks for something that does not go together; found after parsing.</summary>
internal sealed class UsageException(string message) : Exception(message);
