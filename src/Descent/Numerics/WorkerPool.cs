using System.Numerics;

namespace Descent.Numerics;

/// <summary>The library's threads: they spin for work a short while, then park.</summary>
internal static class WorkerPool
{
    private const int Places = 8;

    /// <summary>Looks for work before a thread parks: about 50 µs.</summary>
    private const int SpinsBeforeParking = 1500;

    private static readonly Job?[] Jobs = new Job?[Places];
    private static readonly Lock Gate = new();
    private static readonly SemaphoreSlim Permits = new(0);
    private static bool[] isRunning = [];
    private static int wanted;
    private static int parked;
    private static ulong participants;

    /// <summary>True when a thread is parked.</summary>
    internal static bool HasParked => Volatile.Read(ref parked) > 0;

    /// <summary>How many of the first 64 workers did a chunk since the last time this was asked.</summary>
    internal static int TakeParticipants() => BitOperations.PopCount(Interlocked.Exchange(ref participants, 0));

    /// <summary>Sets the number of threads.</summary>
    internal static void Resize(int workers)
    {
        lock (Gate)
        {
            wanted = workers;
            if (isRunning.Length < workers)
            {
                Array.Resize(ref isRunning, workers);
            }

            for (var index = 0; index < workers; index++)
            {
                if (!isRunning[index])
                {
                    isRunning[index] = true;
                    var own = index;
                    new Thread(() => Live(own)) { IsBackground = true, Name = $"Descent worker {own + 1}" }.Start();
                }
            }
        }

        // Those that are too many wake up and leave.
        Release(long.MaxValue);
    }

    /// <summary>Shows a job to the workers; returns its place, or −1 when all are taken.</summary>
    internal static int Publish(Job job)
    {
        for (var place = 0; place < Places; place++)
        {
            if (Jobs[place] is null && Interlocked.CompareExchange(ref Jobs[place], job, null) is null)
            {
                return place;
            }
        }

        return -1;
    }

    /// <summary>Takes a finished job away.</summary>
    internal static void Withdraw(int place) => Volatile.Write(ref Jobs[place], null);

    /// <summary>Wakes parked threads, as many as there are, no more than asked for, and none where every processor has a thread already.</summary>
    internal static void Wake(long most) => Release(WorkSplitter.ForceSharing ? most : Math.Min(most, -Crowding));

    /// <summary>How many threads, the one that calls included, are awake beyond the number of processors.</summary>
    private static int Crowding =>
        Volatile.Read(ref wanted) - Volatile.Read(ref parked) + 1 - Environment.ProcessorCount;

    private static void Release(long most)
    {
        var asleep = Volatile.Read(ref parked);
        while (asleep > 0 && most > 0)
        {
            var woken = (int)Math.Min(asleep, most);
            var seen = Interlocked.CompareExchange(ref parked, asleep - woken, asleep);
            if (seen == asleep)
            {
                Permits.Release(woken);
                return;
            }

            asleep = seen;
        }
    }

    private static void Live(int index)
    {
        WorkSplitter.EnterWorker();
        while (!MayLeave(index))
        {
            if (!SpinForWork(index) && index < Volatile.Read(ref wanted))
            {
                Park();
            }
        }
    }

    /// <summary>True when this thread is one too many and has signed off.</summary>
    private static bool MayLeave(int index)
    {
        if (index < Volatile.Read(ref wanted))
        {
            return false;
        }

        lock (Gate)
        {
            var leaves = index >= wanted;
            isRunning[index] = !leaves;
            return leaves;
        }
    }

    /// <summary>Looks for work for a short while; true when some was done. A thread that is one too many does none.</summary>
    private static bool SpinForWork(int index)
    {
        // With more threads awake than processors, spinning would take time from those who work.
        var isCrowded = Crowding > 0;
        var spins = isCrowded ? SpinsBeforeParking / 50 : SpinsBeforeParking;
        for (var spin = 0; spin < spins && index < Volatile.Read(ref wanted); spin++)
        {
            if (HelpAnyone(index))
            {
                return true;
            }

            if (isCrowded)
            {
                Thread.Yield();
            }
            else
            {
                Thread.SpinWait(1);
            }
        }

        return false;
    }

    private static bool HelpAnyone(int index)
    {
        var jobs = Jobs;
        for (var place = 0; place < jobs.Length; place++)
        {
            if (Volatile.Read(ref jobs[place]) is { HasWork: true } job && job.Help() > 0)
            {
                var mark = 1UL << (index & 63);
                if ((Volatile.Read(ref participants) & mark) == 0)
                {
                    Interlocked.Or(ref participants, mark);
                }

                return true;
            }
        }

        return false;
    }

    private static void Park()
    {
        Interlocked.Increment(ref parked);

        // A job shown before the count rose may have counted on this thread being awake.
        if (AnyWork())
        {
            var asleep = Volatile.Read(ref parked);
            while (asleep > 0)
            {
                var seen = Interlocked.CompareExchange(ref parked, asleep - 1, asleep);
                if (seen == asleep)
                {
                    return;
                }

                asleep = seen;
            }
        }

        Permits.Wait();
    }

    private static bool AnyWork()
    {
        foreach (ref readonly var place in Jobs.AsSpan())
        {
            if (Volatile.Read(in place) is { HasWork: true })
            {
                return true;
            }
        }

        return false;
    }
}
