using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Bots.Arming;

/// <summary>LIVE of one bot as it stands: bound to the configuration and to the gate's fence that it was armed for.</summary>
internal sealed class LiveState(BotRecord record, LiveArming arming, NodeGate gate, RiskOptions risk)
{
    private (BotSpec Spec, string Hash)? _hashed;

    // A bot that was never armed, which is almost every one, needs no hash.
    public LiveTrading Trading => arming.MayHold ? arming.For(Configuration, Fence) : LiveTrading.Disarmed;

    public TimeSpan Left => arming.MayHold ? arming.Left(Configuration, Fence) : TimeSpan.Zero;

    /// <summary>Hash of what the registered bot trades by.</summary>
    public string Configuration
    {
        get
        {
            var spec = record.State.Spec!;
            if (_hashed is { } known && ReferenceEquals(known.Spec, spec)) return known.Hash;
            var hash = HashOf(spec);
            _hashed = (spec, hash);
            return hash;
        }
    }

    public bool KilledBySystem => gate.Read().Snapshot is { Kill.Engaged: true };

    /// <summary>The gate's fence as this node knows it, however old; none while the system is killed, which ends every arming.</summary>
    private long Fence => gate.Read().Snapshot is not { } system ? 0 : system.Kill.Engaged ? -1 : system.Fence;

    public string HashOf(BotSpec spec) => ConfigurationHash.Of(spec, risk.For(spec.RiskLimits));

    /// <summary>What must not have changed when an arming that begins now is on disk.</summary>
    public ArmingMark Mark() => new(arming.Disarmings, Fence);

    /// <summary>Whether the bot was not disarmed, killed or changed since.</summary>
    public bool Holds(ArmingMark mark, string configuration) => configuration == Configuration && mark == Mark() && !KilledBySystem;

    public void Arm(string configuration, ArmingMark mark, TimeSpan duration, string by) => arming.Arm(configuration, mark.Fence, duration, by);

    public void Disarm() => arming.Disarm();
}

/// <summary>A moment to which an arming is compared.</summary>
internal readonly record struct ArmingMark(long Disarmings, long Fence);
