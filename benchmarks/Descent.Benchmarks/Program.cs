using System.CommandLine;
using Descent.Benchmarks;
using Descent.Numerics;

var only = new Option<string?>("--only") { Description = "Names of workloads, separated by commas; all when absent." };
var skip = new Option<string?>("--skip") { Description = "Names of workloads to leave out." };
var threads = new Option<int>("--threads")
{
    Description = "Threads that share the work.",
    DefaultValueFactory = _ => 1,
};
var seconds = new Option<double>("--secs")
{
    Description = "Seconds of timing a workload.",
    DefaultValueFactory = _ => 2,
};
var tag = new Option<string>("--tag") { Description = "A word repeated in each line.", DefaultValueFactory = _ => "" };
var list = new Option<bool>("--list") { Description = "Prints the names of the workloads and ends." };
var states = new Option<DirectoryInfo?>("--states")
{
    Description =
        "Folder of the peer's weights, batches and results (peer/export_states.py): each workload starts "
        + "from them and is refused when it does not end where the peer does.",
};
threads.Validators.Add(result =>
{
    if (result.GetValue(threads) is < 1 or > WorkSplitter.MaxThreads)
    {
        result.AddError($"--threads: must be from 1 to {WorkSplitter.MaxThreads}.");
    }
});

var command = new RootCommand(
    "Times whole workloads, under the names of the peer's script, and prints one JSON line for each. Pin a run of one "
        + "thread to one core (taskset -c 0), and leave the machine otherwise idle."
)
{
    only,
    skip,
    threads,
    seconds,
    tag,
    list,
    states,
};
command.SetAction(result =>
{
    if (result.GetValue(list))
    {
        Console.WriteLine(string.Join('\n', Workloads.All.Keys));
        return 0;
    }

    var skipped = Names(result.GetValue(skip));
    var wanted = Names(result.GetValue(only)) is { Length: > 0 } some ? some : [.. Workloads.All.Keys];
    if (wanted.Concat(skipped).FirstOrDefault(name => !Workloads.All.ContainsKey(name)) is { } unknown)
    {
        Console.Error.WriteLine($"There is no workload '{unknown}'. --list names them.");
        return 2;
    }

    WorkSplitter.Threads = result.GetValue(threads);
    var failed = false;
    foreach (var name in wanted.Except(skipped))
    {
        var line = Measurement.Run(
            name,
            result.GetValue(seconds),
            result.GetValue(tag)!,
            result.GetValue(states)?.FullName
        );
        Console.WriteLine(line);
        failed |= line.Error is not null;
    }

    return failed ? 1 : 0;
});
return command.Parse(args).Invoke();

static string[] Names(string? text) =>
    text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
