namespace ControlPlane.ProviderSimulator.Requests;

/// <summary>The requests that came, the latest of them.</summary>
internal sealed class RequestLog
{
    private const int Kept = 10_000;
    private readonly Lock _gate = new();
    private readonly Queue<RecordedRequest> _requests = new();
    private long _sequence;

    public long Last
    {
        get
        {
            lock (_gate)
                return _sequence;
        }
    }

    public void Add(RecordedRequest request)
    {
        lock (_gate)
        {
            _requests.Enqueue(request with { Sequence = ++_sequence });
            if (_requests.Count > Kept)
                _requests.Dequeue();
        }
    }

    /// <summary>Those after <paramref name="since"/>, of one provider or of all.</summary>
    public IReadOnlyList<RecordedRequest> After(long since, string? provider)
    {
        lock (_gate)
            return [.. _requests.Where(request => request.Sequence > since && (provider is null || request.Provider == provider))];
    }

    /// <summary>Forgets the requests; the sequence goes on.</summary>
    public void Clear()
    {
        lock (_gate)
            _requests.Clear();
    }
}
