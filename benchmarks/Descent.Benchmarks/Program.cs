using System.CommandLine;
using Descent.Benchmarks;
using Descent.Numerics;

const string FirstStepOption = "--first-step";
if (args is [FirstStepOption])
{
    // Ahead of everything else, which would be measured with it.
    FirstStep.Run();
    return 0;
}

if (args is [PeerCheck.Option, var workload, var file, var count])
{
    PeerCheck.Run(workload, file, count);
    return 0;
}

var only = new Option<string?>("--only") { Description = "Names of workloads, separated by commas; all when absent." };
var skip = new Option<string?>("--skip") { Description = "Names of workloads to leave out." };
var threads = new Option<int>("--threads")
{
    Description = "Threads that share the work; when absent, what DESCENT_THREADS says, or one.",
    DefaultValueFactory = _ => Environment.GetEnvironmentVariable("DESCENT_THREADS") is null ? 1 : WorkSplitter.Threads,
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
var firstStep = new Option<bool>(FirstStepOption)
{
    Description =
        "Makes one training step of nielsen_cnn, prints its loss and the peak resident set, and ends; alone on the "
        + "command line, threads as DESCENT_THREADS says. Time it from outside, from the start of the process.",
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
    firstStep,
};
command.Validators.Add(result =>
{
    if (result.GetValue(firstStep))
    {
        result.AddError($"{FirstStepOption} stands alone.");
    }
});
command.SetAction(result =>
{
    string[] all = [.. Workloads.All.Keys, .. Probes.All.Keys];
    if (result.GetValue(list))
    {
        Console.WriteLine(string.Join('\n', all));
        return 0;
    }

    var skipped = Names(result.GetValue(skip));
    var wanted = Names(result.GetValue(only)) is { Length: > 0 } some ? some : all;
    if (wanted.Concat(skipped).FirstOrDefault(name => !all.Contains(name)) is { } unknown)
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
