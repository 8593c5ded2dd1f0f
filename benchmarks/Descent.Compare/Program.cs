using System.CommandLine;
using Descent.Compare;

var peers = new Option<DirectoryInfo?>("--peers")
{
    Description =
        "Folder of the peer's scripts (torch, bench_torch.py, knn_pca.py). The table beside the peer needs it; the "
        + "others then check each workload against the peer's results.",
};
var rounds = new Option<int>("--rounds") { Description = "Turns of each side.", DefaultValueFactory = _ => 3 };
var seconds = new Option<double>("--secs")
{
    Description = "Seconds of timing a turn, after its warm-up.",
    DefaultValueFactory = _ => 2,
};
var only = new Option<string>("--only")
{
    Description = "Names of workloads, separated by commas, also of such that are not in the table otherwise.",
    DefaultValueFactory = _ => "",
};
var threads = new Option<string>("--threads")
{
    Description = "Thread counts, separated by commas.",
    DefaultValueFactory = _ => "1,2",
};
var core = new Option<int>("--core")
{
    Description = "The core to which both sides are pinned when they use one thread.",
    DefaultValueFactory = _ => 0,
};
var python = new Option<string>("--python")
{
    Description = "The interpreter that has the peer.",
    DefaultValueFactory = _ => "/usr/bin/python3",
};
var avx2 = new Option<bool>("--avx2") { Description = "Instead: ours with AVX-512 beside ours without." };
var sweep = new Option<bool>("--sweep") { Description = "Instead, or besides: ours on more threads than cores." };
var large = new Option<bool>("--large") { Description = "Instead: the networks for photographs beside their peers." };
var print = new Option<bool>("--print") { Description = "Prints the tables and leaves docs/benchmarks.md as it is." };

foreach (var number in (Option<int>[])[rounds, core])
{
    var least = number == rounds ? 1 : 0;
    number.Validators.Add(result =>
    {
        if (result.GetValue(number) < least)
        {
            result.AddError($"{number.Name}: must be {least} or more.");
        }
    });
}

threads.Validators.Add(result =>
{
    if (Names(result.GetValue(threads)).Any(name => !int.TryParse(name, out var count) || count < 1))
    {
        result.AddError("--threads: must be whole numbers of 1 or more, such as 1,2.");
    }
});

var command = new RootCommand(
    """
    Runs the workloads of benchmarks/Descent.Benchmarks and the peer's in turns, a process for each, and writes the
    table of ratios between its markers in docs/benchmarks.md; the rest of the page stays.

    The machine must be otherwise idle. The peer is set up once by the script `setup` in its folder.

    Examples:
      benchmarks/compare --peers ../shared/peers                      the whole table
      benchmarks/compare --peers ../shared/peers --only nielsen_cnn --rounds 1 --print
      benchmarks/compare --peers ../shared/peers --large              networks for photographs, one turn a side
      benchmarks/compare --avx2 --sweep                               the two tables that need no peer
    """
)
{
    peers,
    rounds,
    seconds,
    only,
    threads,
    core,
    python,
    avx2,
    sweep,
    large,
    print,
};
command.Validators.Add(result =>
{
    if (result.GetValue(peers) is null && !result.GetValue(avx2) && !result.GetValue(sweep))
    {
        result.AddError("--peers: name the folder of the peer's scripts, such as ../shared/peers.");
    }
    else if (result.GetValue(peers) is { } folder && !File.Exists(Path.Combine(folder.FullName, "torch")))
    {
        result.AddError($"--peers: there is no script 'torch' in {folder.FullName}.");
    }
});
command.SetAction(
    async (result, cancellation) =>
    {
        var given = result.GetValue(peers);
        var repository = Session.Repository();
        var relative = given is null ? null : Path.GetRelativePath(repository, given.FullName);
        Directory.SetCurrentDirectory(repository);
        var session = new Session(
            new Settings(
                relative,
                result.GetValue(python)!,
                result.GetValue(rounds),
                result.GetValue(seconds),
                [.. Names(result.GetValue(threads)).Select(int.Parse)],
                result.GetValue(core),
                Names(result.GetValue(only))
            ),
            new Progress(Console.Error, !Console.IsErrorRedirected)
        );
        Func<Bench, Report>[] wanted =
        [
            .. result.GetValue(avx2) ? [Avx2Report.Of] : Array.Empty<Func<Bench, Report>>(),
            .. result.GetValue(sweep) ? [SweepReport.Of] : Array.Empty<Func<Bench, Report>>(),
        ];
        try
        {
            return await session.Run(
                wanted.Length > 0 ? wanted : [bench => SpeedReport.Of(bench, result.GetValue(large))],
                string.Join(
                    ' ',
                    ["benchmarks/compare", .. args.Select(arg => arg == given?.ToString() ? relative : arg)]
                ),
                result.GetValue(print),
                cancellation
            );
        }
        catch (Exception problem) when (problem is CommandException or FormatException)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 2;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped; nothing was written.");
            return 130;
        }
    }
);
return await command.Parse(args).InvokeAsync();

static string[] Names(string? text) =>
    text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
