using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Gates.Kills;

namespace ControlPlane.Grains.Gates.Decision.Controls;

/// <summary>What people have decided, as it stands in memory: kill switch, fence, LIVE.</summary>
internal sealed class ControlState(TimeProvider time)
{
    private long _liveUntil;

    public KillRegister Kills { get; } = new();

    /// <summary>The switch as it is published and answered: the register's as of the last <see cref="ShowSwitch"/>.</summary>
    public KillSwitch Kill { get; private set; } = KillSwitch.Released;

    public LiveTrading Live { get; private set; } = LiveTrading.Disarmed;

    /// <summary>Leases from before its last growth are void.</summary>
    public long Fence { get; set; }

    /// <summary>Grows with every disarming, so that an arming that was being written meanwhile does not win over it.</summary>
    public long Disarmings { get; private set; }

    public void ShowSwitch() => Kill = Kills.Switch;

    public void Arm(LiveTrading armed, TimeSpan duration)
    {
        Live = armed;
        _liveUntil = time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency);
    }

    public void Disarm()
    {
        Disarmings++;
        Live = LiveTrading.Disarmed;
    }

    public void EndLiveWhenOver()
    {
        if (Live.Armed && time.GetTimestamp() >= _liveUntil) Live = LiveTrading.Disarmed;
    }

    /// <summary>Why an act was not done, for the audit log; null when it was.</summary>
    public static string? CodeOf(ControlAnswer answer) => answer.Done ? null : answer.Code ?? Codes.DataUnavailable;

    public ControlAnswer Refused(ActRefusal refusal) => Answer(false, refusal.Code, refusal.Message);

    public ControlAnswer Answer(bool done, string? code, string? message) => new(done, code, message, Kill, Live);
}
