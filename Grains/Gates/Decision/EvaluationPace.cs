namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Evaluates more often for a moment after a provider was activated or turned good: somebody is waiting for the gate to open.
/// The number of good evaluations is the same, and one bad one restarts the count.</summary>
/// <param name="usual">Time between two evaluations.</param>
/// <param name="every">Sets the time until the next evaluation and between two from then on.</param>
internal sealed class EvaluationPace(TimeSpan usual, TimeProvider time, Action<TimeSpan> every)
{
    /// <summary>Time between two evaluations after an activation.</summary>
    internal static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(50);

    internal static readonly TimeSpan FastFor = TimeSpan.FromSeconds(3);

    /// <summary>Timestamp since which evaluations come sooner; null when they come at their usual time.</summary>
    private long? _fastSince;

    public void Soon()
    {
        if (_fastSince is null && usual > Fast) every(Fast);
        _fastSince = time.GetTimestamp();
    }

    /// <summary>An evaluation begins.</summary>
    public void Round()
    {
        if (_fastSince is not { } since || time.GetElapsedTime(since) < FastFor) return;
        _fastSince = null;
        every(usual);
    }
}
