using System.Runtime.ExceptionServices;

namespace Descent.Data;

/// <summary>Makes numbered items in order on a thread of its own, a few ahead of the one who takes them.</summary>
internal sealed class ReadAhead<T> : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim free;
    private readonly SemaphoreSlim ready = new(0);
    private readonly Queue<T> items;
    private readonly Thread thread;
    private volatile bool isStopped;
    private ExceptionDispatchInfo? failure;

    /// <summary>Starts making the items <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public ReadAhead(int first, int end, int ahead, Func<int, T> make)
    {
        free = new SemaphoreSlim(ahead);
        items = new Queue<T>(ahead);
        thread = new Thread(() => Run(first, end, make)) { IsBackground = true, Name = "Descent data loader" };
        thread.Start();
    }

    /// <summary>Waits for the next item; throws what making it threw.</summary>
    public T Take()
    {
        ready.Wait();
        T item;
        lock (gate)
        {
            if (!items.TryDequeue(out item!))
            {
                // Only a failure rings the bell without an item; it stays for whoever asks again.
                ready.Release();
                failure!.Throw();
            }
        }

        free.Release();
        return item;
    }

    /// <summary>Stops the thread and waits until it is gone: at most until the item it is making is done.</summary>
    public void Dispose()
    {
        isStopped = true;
        free.Release();
        thread.Join();
        free.Dispose();
        ready.Dispose();
    }

    private void Run(int first, int end, Func<int, T> make)
    {
        try
        {
            for (var number = first; number < end; number++)
            {
                free.Wait();
                if (isStopped)
                {
                    return;
                }

                var item = make(number);
                lock (gate)
                {
                    items.Enqueue(item);
                }

                ready.Release();
            }
        }
        catch (Exception error)
        {
            failure = ExceptionDispatchInfo.Capture(error);
            ready.Release();
        }
    }
}
