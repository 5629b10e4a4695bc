using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Gates.Suspension;

/// <summary>Notices that the host slept, from one look at its clocks to the next. Everything on this node is then closed for one lease, and what
/// was proven before counts no more.</summary>
public sealed partial class SuspensionWatch : IDisposable
{
    /// <summary>Time between two looks, on the monotonic clock: it is the longest that anything stays open after the host woke up.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly IHostClock _clock;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lease;
    private readonly ILogger<SuspensionWatch> _logger;
    private readonly ITimer _looking;
    private readonly Lock _gate = new();
    private HostMoment _last;
    private long _count;
    private volatile Suspension? _latest;

    public SuspensionWatch(IHostClock clock, TimeProvider time, IOptions<GateOptions> gate, ILogger<SuspensionWatch> logger)
    {
        (_clock, _time, _lease, _logger) = (clock, time, gate.Value.Lease, logger);
        _last = clock.Read();
        _looking = time.CreateTimer(_ => Look(), null, LookEvery, LookEvery);
    }

    /// <summary>Raised once for each suspension, before <see cref="Look"/> returns.</summary>
    public event Action? Suspended;

    /// <summary>Suspensions that were noticed. Whoever keeps a proof keeps this number with it: a proof of another number counts no more.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Set for one lease after the host woke up; else null.</summary>
    public Reason? Standing => _latest is { } latest && _time.GetTimestamp() < latest.Until ? latest.Reason : null;

    private sealed record Suspension(long Until, Reason Reason);

    /// <summary>Compares the clocks with the last look.</summary>
    public void Look()
    {
        TimeSpan ahead;
        lock (_gate)
        {
            var now = _clock.Read();
            ahead = now.AheadSince(_last);
            _last = now;
            if (!SuspensionPolicy.IsSuspension(ahead, _lease)) return;
            _latest = new(_time.GetTimestamp() + (long)(_lease.TotalSeconds * _time.TimestampFrequency), SuspensionPolicy.Reason(ahead, _time.GetUtcNow()));
            Interlocked.Increment(ref _count);
        }

        LogSuspended(_logger, (long)ahead.TotalSeconds);
        Suspended?.Invoke();
    }

    public void Dispose() => _looking.Dispose();

    [LoggerMessage(EventIds.HostSuspended, LogLevel.Error, "The host slept, or its clock was set ahead, by {Seconds} s. Everything is closed until it is proven again.")]
    private static partial void LogSuspended(ILogger logger, long seconds);
}
