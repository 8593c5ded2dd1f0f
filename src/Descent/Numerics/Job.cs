using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Descent.Numerics;

/// <summary>One loop that is being worked on. Each calling thread keeps one per kind of body and uses it again.</summary>
internal abstract class Job
{
    /// <summary>Waking a parked thread takes some 30 to 50 µs; work shorter than this is not worth it.</summary>
    private static readonly long WorthWaking = Stopwatch.Frequency / 20_000;

    // The claim is the one point of agreement. It counts the chunks that nobody took, down to zero: who lowers it owns a
    // chunk, and until that chunk is reported done the caller cannot leave, so everything read after the claim is this
    // loop's. A thread that comes late finds zero, or a chunk of the caller's next loop, and both are right.
    private long unclaimed;
    private long unfinished;
    private Exception? failure;

    /// <summary>The number of chunks.</summary>
    protected long Chunks { get; set; }

    /// <summary>Time per item of the loops that were timed, in ticks of the stopwatch; negative before the first.</summary>
    protected double TicksPerItem { get; set; } = -1;

    /// <summary>True while a chunk is to be had.</summary>
    public bool HasWork => Volatile.Read(ref unclaimed) > 0;

    /// <summary>Takes chunks until none is left; returns how many were done.</summary>
    public long Help()
    {
        long done = 0;
        while (TryClaim(out var chunk))
        {
            RunGuarded(chunk);
            done++;
        }

        if (done > 0)
        {
            Interlocked.Add(ref unfinished, -done);
        }

        return done;
    }

    /// <summary>Runs one chunk of the loop.</summary>
    protected abstract void Run(long chunk);

    /// <summary>Shows the loop to the workers, works on it and waits for those that took a chunk.</summary>
    protected void Share(long items)
    {
        Volatile.Write(ref unfinished, Chunks);
        Volatile.Write(ref unclaimed, Chunks);

        // When sharing is forced, this thread takes a chunk before it shows the others, and holds it until they came.
        var held = WorkSplitter.ForceSharing && TryClaim(out var first) ? first : -1;

        // With too many loops at once there is no place for this one, and this thread does it alone.
        var place = WorkerPool.Publish(this);
        if (held >= 0)
        {
            WaitForCompany(place);
            RunGuarded(held);
            Interlocked.Decrement(ref unfinished);
        }

        if (WorkerPool.HasParked)
        {
            WorkTimed(items);
        }
        else
        {
            Help();
        }

        var spin = default(SpinWait);
        while (Volatile.Read(ref unfinished) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (place >= 0)
        {
            WorkerPool.Withdraw(place);
        }

        if (failure is { } exception)
        {
            failure = null;
            ExceptionDispatchInfo.Throw(exception);
        }
    }

    /// <summary>Works while others are parked: wakes them once the loop turns out to be long.</summary>
    private void WorkTimed(long items)
    {
        var expected = TicksPerItem * items;
        var isWoken = TicksPerItem < 0 || expected > WorthWaking;
        if (isWoken)
        {
            WorkerPool.Wake(Chunks - 1);
        }

        var begin = Stopwatch.GetTimestamp();
        long done = 0;
        while (TryClaim(out var chunk))
        {
            RunGuarded(chunk);
            done++;
            if (!isWoken && Stopwatch.GetTimestamp() - begin > WorthWaking)
            {
                isWoken = true;
                WorkerPool.Wake(Volatile.Read(ref unclaimed));
            }
        }

        if (done > 0)
        {
            // Items of one kind of body differ in cost: the estimate leans to the dear ones, since waking in vain costs less.
            var measured = (Stopwatch.GetTimestamp() - begin) / ((double)items * done / Chunks);
            TicksPerItem = Math.Max(measured, 0.9 * TicksPerItem);
            Interlocked.Add(ref unfinished, -done);
        }
    }

    private void WaitForCompany(int place)
    {
        WorkerPool.Wake(1);
        var begin = Stopwatch.GetTimestamp();
        var spin = default(SpinWait);
        while (place >= 0 && Volatile.Read(ref unclaimed) == Chunks - 1)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (Stopwatch.GetElapsedTime(begin).TotalSeconds > 10)
            {
                return;
            }
        }
    }

    private bool TryClaim(out long chunk)
    {
        var left = Volatile.Read(ref unclaimed);
        while (left > 0)
        {
            var seen = Interlocked.CompareExchange(ref unclaimed, left - 1, left);
            if (seen == left)
            {
                chunk = Chunks - left;
                return true;
            }

            left = seen;
        }

        chunk = 0;
        return false;
    }

    private void RunGuarded(long chunk)
    {
        try
        {
            Run(chunk);
        }
#pragma warning disable CA1031 // The exception is thrown again where the loop was started.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref failure, exception, null);
            var dropped = Interlocked.Exchange(ref unclaimed, 0);
            Interlocked.Add(ref unfinished, -dropped);
        }
    }
}

/// <summary>A loop over one kind of body.</summary>
internal sealed class Job<TBody> : Job
    where TBody : struct, IRangeBody
{
    /// <summary>The job that this thread uses for all its loops of this kind.</summary>
    [ThreadStatic]
    internal static Job<TBody>? Own;

    private TBody body;
    private long count;
    private long grain;

    /// <summary>Runs the loop.</summary>
    internal void Run(long count, long grain, in TBody body)
    {
        this.body = body;
        this.count = count;
        this.grain = grain;
        Chunks = (count - 1) / grain + 1;
        try
        {
            Share(count);
        }
        finally
        {
            this.body = default;
        }
    }

    /// <inheritdoc/>
    protected override void Run(long chunk)
    {
        var start = chunk * grain;
        body.Invoke(start, Math.Min(count, start + grain));
    }
}
