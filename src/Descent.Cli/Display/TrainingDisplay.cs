using Descent.Training;
using Spectre.Console;

namespace Descent.Cli.Display;

/// <summary>Shows training while it runs: moving on a terminal, as plain lines elsewhere.</summary>
internal static class TrainingDisplay
{
    /// <summary>Runs training with something that shows its progress.</summary>
    public static TrainingResult Show(Func<IProgress<TrainingProgress>, TrainingResult> train)
    {
        EpochLine.Head();
        if (!Screen.IsLive)
        {
            return train(new PlainProgress());
        }

        var live = new LiveProgress();
        TrainingResult? result = null;
        Screen
            .Out.Live(live.View)
            .AutoClear(true)
            .Start(context =>
            {
                live.Attach(context);
                result = train(live);
            });
        Screen.Line();
        Screen.Out.Write(live.Chart);
        return result!;
    }
}
