namespace Descent.Compare;

/// <summary>A run of the program: prepares both sides, takes the turns, writes the tables.</summary>
internal sealed class Session(Settings settings, Progress progress)
{
    private const string Page = "docs/benchmarks.md";
    private const double MostLoad = 0.5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The root of the repository that the program was built in.</summary>
    public static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Descent.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Run it from its place in the repository.");
    }

    /// <summary>Makes reports; the exit code says whether all workloads ran.</summary>
    /// <param name="kinds">What makes each report.</param>
    /// <param name="invocation">The command line, to be shown.</param>
    /// <param name="printsOnly">Whether the page stays as it is.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<int> Run(
        IReadOnlyList<Func<Bench, Report>> kinds,
        string invocation,
        bool printsOnly,
        CancellationToken cancellation
    )
    {
        if (Machine.Load() is > MostLoad and var load)
        {
            await Console.Error.WriteLineAsync(
                $"Others use this machine (load {Markdown.Number(load)}): figures will be off."
            );
        }

        await Step("build the harness", new Command("dotnet", "build", Bench.Project, "-v", "q"), cancellation);
        var states = settings.Peers is null ? null : Directory.CreateTempSubdirectory("descent-states-").FullName;
        try
        {
            var bench = new Bench(settings, states);
            var reports = kinds.Select(kind => kind(bench)).ToArray();
            var peer = states is null ? null : await PreparePeer(reports, states, cancellation);
            var results = new Results();
            await results.Collect([.. reports.SelectMany(report => report.Turns)], progress, cancellation);
            foreach (var report in reports)
            {
                var section = report.Section(results, invocation, bench, peer);
                Console.WriteLine(section);
                if (!printsOnly)
                {
                    MarkedSection.Write(Page, report.Marker, section);
                }
            }

            return results.Failures.Any() ? 1 : 0;
        }
        finally
        {
            if (states is not null)
            {
                Directory.Delete(states, recursive: true);
            }
        }
    }

    /// <summary>Writes the peer's states into a folder; gives the peer's version.</summary>
    private async Task<string> PreparePeer(Report[] reports, string states, CancellationToken cancellation)
    {
        var workloads = reports.SelectMany(report => report.Turns).Select(turn => turn.Key.Workload).Distinct();
        await Step(
            "export the peer's states",
            new Command(
                settings.Python,
                "benchmarks/peer/export_states.py",
                $"{settings.Peers}/bench_torch.py",
                states,
                "--only",
                string.Join(',', workloads)
            ),
            cancellation
        );
        var version = await Step(
            "ask for the peer's version",
            new Command(settings.Python, "-c", "import torch; print('PyTorch', torch.__version__)"),
            cancellation
        );
        return version.Lines[^1].Text;
    }

    private async Task<Output> Step(string what, Command command, CancellationToken cancellation)
    {
        progress.Begin(what);
        var output = await command.Run(Patience, null, cancellation);
        progress.End(what);
        return output.Failure is null
            ? output
            : throw new CommandException(
                $"Could not {what}: {command} {output.Failure}\n{string.Join('\n', output.Lines.TakeLast(20).Select(line => line.Text))}"
            );
    }
}
