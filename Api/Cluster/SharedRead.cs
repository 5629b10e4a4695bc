namespace ControlPlane.Api.Cluster;

/// <summary>One read of the cluster for all who ask within a moment. Who asks alone is read for; in a crowd a value is shared until it is
/// <see cref="Keep"/> old, counted from the moment before it was read, and renewed meanwhile. A value from before the horizon is never given, and
/// after a read that failed there is none.</summary>
internal sealed class SharedRead<T>(Func<Task<T>> read, ReadHorizon horizon, TimeProvider time)
    where T : class
{
    /// <summary>From this age on the next who asks has it renewed.</summary>
    internal static readonly TimeSpan Renew = TimeSpan.FromMilliseconds(50);

    /// <summary>At this age it is history.</summary>
    internal static readonly TimeSpan Keep = TimeSpan.FromMilliseconds(150);

    private readonly Lock _lock = new();
    private volatile Taken? _last;
    private volatile Running? _running;

    /// <param name="Horizon">Where the horizon was before the read began.</param>
    /// <param name="At">Timestamp of the same moment.</param>
    private sealed record Taken(T Value, long Horizon, long At);

    private sealed record Running(Task<T> Value, long Horizon, long At);

    /// <summary>What is at hand, or null when there is nothing that may be shown. No call and no wait.</summary>
    public T? TryTake()
    {
        if (_last is not { } last || last.Horizon != horizon.At) return null;
        var age = time.GetElapsedTime(last.At);
        if (age >= Keep) return null;
        if (age >= Renew && _running is null) _ = Begin();
        return last.Value;
    }

    /// <summary>What is at hand, or else a read that began no earlier than <see cref="Keep"/> ago and not before the horizon. Fails as the read does.</summary>
    public Task<T> TakeAsync() => TryTake() is { } value ? Task.FromResult(value) : Begin();

    private Task<T> Begin()
    {
        lock (_lock)
        {
            var (at, seen) = (time.GetTimestamp(), horizon.At);
            if (_running is { } running && running.Horizon == seen && time.GetElapsedTime(running.At, at) < Keep) return running.Value;
            var value = Start(seen, at);
            _running = new Running(value, seen, at);
            return value;
        }
    }

    private Task<T> Start(long seen, long at)
    {
        // It belongs to nobody's trace, and goes on when the one who began it is gone.
        using (ExecutionContext.SuppressFlow())
        {
            var value = Task.Run(() => ReadAsync(seen, at));

            // Whoever waits hears of a failure; a renewal has nobody.
            _ = value.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return value;
        }
    }

    private async Task<T> ReadAsync(long seen, long at)
    {
        T? value = null;
        try
        {
            return value = await read();
        }
        finally
        {
            lock (_lock)
            {
                if (_last is null || (_last.At <= at && _last.Horizon <= seen)) _last = value is null ? null : new Taken(value, seen, at);
                if (_running is { } running && running.At == at && running.Horizon == seen) _running = null;
            }
        }
    }
}
