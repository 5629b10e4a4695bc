using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Suspension;

namespace ControlPlane.Grains.Bots.Arming;

/// <summary>A bot's LIVE arming: for a time on the monotonic clock, for one configuration, under one fence of the gate. It is in memory only, so a
/// restart ends it.
/// It ends for good once the time is over, the host has slept, or another configuration is seen.</summary>
internal sealed class LiveArming(TimeProvider time, SuspensionWatch? suspension = null)
{
    private LiveTrading _state = LiveTrading.Disarmed;
    private string? _configuration;
    private long _fence;
    private long _until;
    private long _suspensions;

    /// <summary>Grows with every disarming, so that an arming that was being written meanwhile does not win over it.</summary>
    public long Disarmings { get; private set; }

    /// <summary>False when it holds for no configuration; true when it may hold for one.</summary>
    public bool MayHold => _state.Armed;

    public void Arm(string configuration, long fence, TimeSpan duration, string by)
    {
        _fence = fence;
        _state = new(true, time.GetUtcNow() + duration, by);
        _configuration = configuration;
        _suspensions = suspension?.Count ?? 0;
        _until = time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency);
    }

    public void Disarm()
    {
        Disarmings++;
        _state = LiveTrading.Disarmed;
        _configuration = null;
    }

    /// <summary>The arming as it holds for this configuration now.</summary>
    /// <param name="fence">The gate's: a kill of the system and its release end what was armed before.</param>
    public LiveTrading For(string configuration, long fence)
    {
        if (_state.Armed
            && (fence != _fence || configuration != _configuration || _suspensions != (suspension?.Count ?? 0) || time.GetTimestamp() >= _until))
        {
            Disarm();
        }

        return _state;
    }

    /// <summary>How long it holds for this configuration.</summary>
    public TimeSpan Left(string configuration, long fence) =>
        For(configuration, fence).Armed ? TimeSpan.FromSeconds((_until - time.GetTimestamp()) / (double)time.TimestampFrequency) : TimeSpan.Zero;
}
