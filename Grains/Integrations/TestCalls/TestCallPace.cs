namespace ControlPlane.Grains.Integrations.TestCalls;

/// <summary>How often a person may have a test call made: a few in a row, not a stream of them.</summary>
internal sealed class TestCallPace(TimeProvider time)
{
    public const int MaxPerMinute = 5;
    private static readonly TimeSpan s_span = TimeSpan.FromMinutes(1);
    private readonly Queue<long> _made = new();

    /// <summary>Counts a call; or says how long the next one has to wait.</summary>
    public TimeSpan? TryTake()
    {
        while (_made.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= s_span) _made.Dequeue();
        if (_made.Count >= MaxPerMinute) return s_span - time.GetElapsedTime(_made.Peek());
        _made.Enqueue(time.GetTimestamp());
        return null;
    }
}
