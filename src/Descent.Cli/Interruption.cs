using System.Runtime.InteropServices;

namespace Descent.Cli;

/// <summary>Ctrl-C and the signal to terminate: the first asks to stop and keep what was done, a second ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private volatile bool hasWork;
    private int signals;

    /// <summary>Listens until it is disposed of.</summary>
    public Interruption() =>
        registrations = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>From now on there is something to keep; before, the first signal ends the process at once.</summary>
    public void KeepWork()
    {
        hasWork = true;
        Token.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref signals) > 1 || !hasWork)
        {
            Screen.ShowCursor();
            Console.Error.WriteLine(Tool.Interrupted);
            Environment.Exit(ExitCode.Interrupted);
        }

        source.Cancel();
    }
}
