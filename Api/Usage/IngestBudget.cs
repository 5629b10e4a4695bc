namespace ControlPlane.Api.Usage;

/// <summary>Concurrency limiter for the memory of all bodies that are read at once. Above it callers get 429 and nothing is buffered.
/// A body is charged as it is read, never for its declared length, and no caller may take more than a share.</summary>
internal sealed class IngestBudget
{
    public const int MaxBodyBytes = 10 * 1024 * 1024;

    /// <summary>Bytes of all bodies in flight.</summary>
    internal const long MaxBytes = 64L * 1024 * 1024;

    /// <summary>Bytes of the bodies of one caller.</summary>
    internal const long MaxBytesOfOne = MaxBytes / 2;

    private readonly Dictionary<object, long> _byCaller = [];
    private readonly Lock _lock = new();
    private long _taken;

    /// <summary>A body of this caller, which has taken nothing yet.</summary>
    /// <param name="caller">Equal for bodies of the same caller.</param>
    public BodyRoom Open(object caller) => new(this, caller);

    internal bool TryTake(object caller, long bytes)
    {
        lock (_lock)
        {
            var own = _byCaller.GetValueOrDefault(caller);
            if (_taken + bytes > MaxBytes || own + bytes > MaxBytesOfOne) return false;
            _taken += bytes;
            _byCaller[caller] = own + bytes;
            return true;
        }
    }

    internal void Return(object caller, long bytes)
    {
        if (bytes == 0) return;
        lock (_lock)
        {
            _taken -= bytes;
            var left = _byCaller.GetValueOrDefault(caller) - bytes;
            if (left > 0) _byCaller[caller] = left;
            else _byCaller.Remove(caller);
        }
    }
}

/// <summary>What one body has taken of the budget, until it is disposed.</summary>
internal sealed class BodyRoom(IngestBudget budget, object caller) : IDisposable
{
    private long _bytes;

    /// <summary>False when there is no room for so much more.</summary>
    public bool TryTake(long bytes)
    {
        if (!budget.TryTake(caller, bytes)) return false;
        _bytes += bytes;
        return true;
    }

    public void Dispose() => budget.Return(caller, Interlocked.Exchange(ref _bytes, 0));
}
