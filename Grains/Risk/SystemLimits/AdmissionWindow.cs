namespace ControlPlane.Grains.Risk.SystemLimits;

/// <summary>Opening orders of all bots within a minute, by the monotonic clock. An admission counts until a minute after the last moment at which its
/// order may have been granted, so that no minute ever holds more.</summary>
internal sealed class AdmissionWindow
{
    private static readonly TimeSpan s_counts = TimeSpan.FromMinutes(1) + TimeSpan.FromMilliseconds(Abstractions.SystemAdmission.UseWithinMs);
    private readonly Queue<long> _admitted = new();
    private readonly TimeProvider _time;
    private readonly long _startedAt;

    /// <param name="time">Its start is taken for a moment at which everything was used up: what another activation admitted before is not known.</param>
    public AdmissionWindow(TimeProvider time)
    {
        _time = time;
        _startedAt = time.GetTimestamp();
    }

    /// <summary>How many count now; null while what was admitted before is not known.</summary>
    public int? Count()
    {
        if (_time.GetElapsedTime(_startedAt) < s_counts) return null;
        while (_admitted.TryPeek(out var at) && _time.GetElapsedTime(at) >= s_counts) _admitted.Dequeue();
        return _admitted.Count;
    }

    public void Add() => _admitted.Enqueue(_time.GetTimestamp());
}
