namespace ControlPlane.Api.Cluster;

/// <summary>One read of the cluster for all concurrent callers. A value is shared until its age is <see cref="Keep"/>, counted from before its read,
/// and is renewed in the background. A value from an older version is never returned, and none after a failed read.</summary>
internal sealed class SingleFlightCache<T>(Func<Task<T>> read, ReadYourWritesVersion horizon, TimeProvider time)
    where T : class
{
    /// <summary>From this age on the next call starts a renewal.</summary>
    internal static readonly TimeSpan Renew = TimeSpan.FromMilliseconds(50);

    /// <summary>From this age on the value is not returned.</summary>
    internal static readonly TimeSpan Keep = TimeSpan.FromMilliseconds(150);

    private readonly Lock _lock = new();
    private volatile Taken? _last;
    private volatile Running? _running;

    /// <param name="Horizon">Version before the read began.</param>
    /// <param name="At">Timestamp of the same moment.</param>
    private sealed record Taken(T Value, long Horizon, long At);

    private sealed record Running(Task<T> Value, long Horizon, long At);

    /// <summary>The cached value, or null when there is none that may be returned. Never waits.</summary>
    public T? TryTake()
    {
        if (_last is not { } last || last.Horizon != horizon.At) return null;
        var age = time.GetElapsedTime(last.At);
        if (age >= Keep) return null;
        if (age >= Renew && _running is null) _ = Begin();
        return last.Value;
    }

    /// <summary>The cached value, or a read of this version that began at most <see cref="Keep"/> ago. Fails as the read does.</summary>
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
        // The read belongs to no caller's trace, and continues when its first caller leaves.
        using (ExecutionContext.SuppressFlow())
        {
            var value = Task.Run(() => ReadAsync(seen, at));

            // Waiting callers observe a failure. A renewal has none, so observe it here.
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
