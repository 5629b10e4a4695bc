using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Grains.Bots.Leases;

/// <summary>The runner's lease in this activation: one holder at a time, under an epoch that only grows, by the monotonic clock.
/// It makes no calls.</summary>
internal sealed class RunnerLease(BotRecord record, RunnerOptions options, TimeProvider time)
{
    private RunnerState _state;

    /// <summary>Timestamp at which the lease ends; 0 without one in this activation.</summary>
    private long _until;

    /// <summary>Timestamp by which the first heartbeat must have come.</summary>
    private long _aliveBy;

    /// <summary>Timestamp until which a holder from before this activation may still believe in its lease.</summary>
    private long _heldElsewhereUntil;

    public HeartbeatTally Heartbeats { get; } = new(time, options);

    /// <summary>The gate's fence under which the lease was granted.</summary>
    public long Fence { get; private set; }

    public TradingMode Mode { get; private set; }

    /// <summary>True for a lease under which only exits and cancels pass.</summary>
    public bool ReduceOnly { get; private set; }

    /// <summary>Position of the gate on which the answer to the lease's last heartbeat rested.</summary>
    public GatePosition? HeartbeatSaw { get; private set; }

    public DateTimeOffset? LastHeartbeatAt { get; private set; }

    public DateTimeOffset? RunningSince { get; private set; }

    /// <summary>The directive in the answer to the lease's last heartbeat; null before the first.</summary>
    public Directive? DirectiveHeard { get; set; }

    public bool IsLive => _until > time.GetTimestamp();

    public TimeSpan Left => Remaining(_until);

    /// <summary>How long a start still has until its first heartbeat; zero for a runner that is not starting.</summary>
    public TimeSpan StartLeft => _state == RunnerState.Starting ? Remaining(_aliveBy) : TimeSpan.Zero;

    /// <summary>True while a runner holds the lease, or may still believe that it does.</summary>
    public bool MayBeHeld => record.State.LeaseHeld && (IsLive || _heldElsewhereUntil > time.GetTimestamp());

    /// <summary>The runner's state now: one whose lease ran out is lost, also before anybody has looked.</summary>
    public RunnerState Current => _state is RunnerState.Starting or RunnerState.Running && !IsLive
        ? RunnerState.Lost
        : _state == RunnerState.Stopped && record.State.RunnerState != RunnerState.Stopped && !record.State.LeaseHeld ? record.State.RunnerState : _state;

    public bool HeldByAnother(string runnerId) => record.State.RunnerId != runnerId && MayBeHeld;

    /// <summary>The holder before this activation may still rely on its lease. No other runner gets one until it must have ended.</summary>
    public void AwaitEarlierHolder()
    {
        if (!record.State.LeaseHeld) return;
        _heldElsewhereUntil = time.GetTimestamp() + Ticks(options.Lease);
        _state = RunnerState.Lost;
    }

    /// <summary>Goes on with the lease that another silo, or an earlier process, has kept.</summary>
    /// <param name="left">How long this node knows it to hold at least.</param>
    /// <returns>False when there is none.</returns>
    public bool TryResume(TimeSpan left)
    {
        var state = record.State;
        if (!state.LeaseHeld || left <= TimeSpan.Zero) return false;
        _until = time.GetTimestamp() + Ticks(left < options.Lease ? left : options.Lease);
        (Fence, Mode, ReduceOnly) = (state.LeaseFence, state.LeaseMode, state.LeaseReduceOnly);
        _state = RunnerState.Running;
        return true;
    }

    /// <summary>Writes a grant into the state, under the next epoch.</summary>
    public void PutGrant(BotState state, string runnerId, LeaseGrant grant)
    {
        state.LeaseEpoch = EpochPolicy.Next(state.LeaseEpoch, time.GetUtcNow());
        state.RunnerId = runnerId;
        state.LeaseHeld = true;
        (state.LeaseFence, state.LeaseMode, state.LeaseReduceOnly) = (grant.Fence, grant.Mode, grant.ReduceOnly);
        state.RunnerState = RunnerState.Starting;
        state.RunnerSince = time.GetUtcNow();
        state.LostHolding = false;
        state.LastHeartbeatAt = LastHeartbeatAt ?? state.LastHeartbeatAt;
    }

    /// <summary>The lease begins, once its grant is on disk.</summary>
    /// <param name="grantedAt">Timestamp from before the write, so that the lease is never longer than the runner takes it for.</param>
    public void Begin(LeaseGrant grant, long grantedAt)
    {
        _state = RunnerState.Starting;
        _heldElsewhereUntil = 0;
        HeartbeatSaw = null;
        DirectiveHeard = null;
        (Fence, Mode, ReduceOnly) = (grant.Fence, grant.Mode, grant.ReduceOnly);
        _until = grantedAt + Ticks(options.Lease);
        _aliveBy = grantedAt + Ticks(options.Start);
    }

    /// <summary>Why this runner's lease of this epoch is not the current one; null when it is, and runs.</summary>
    public string? WhyFenced(string runnerId, long epoch)
    {
        if (epoch != record.State.LeaseEpoch || runnerId != record.State.RunnerId) return "This lease is not the current one.";
        return IsLive ? null : "This lease has run out.";
    }

    /// <summary>True when the system's kill was released after the grant. Without a live gate the fence is unknown: the lease continues, under
    /// HALT.</summary>
    public bool IsFencedBy(NodeGateReading gate) => gate.IsLive && gate.Snapshot!.Fence != Fence;

    /// <summary>Takes a heartbeat.</summary>
    /// <param name="receivedAt">Timestamp from which the lease counts again.</param>
    /// <param name="saw">Position of the gate on which the answer rests.</param>
    /// <returns>True for the first heartbeat of the runner.</returns>
    public bool Renew(long receivedAt, GatePosition saw)
    {
        Heartbeats.Count(receivedAt, leaseSince: _until - Ticks(options.Lease));
        _until = receivedAt + Ticks(options.Lease);
        HeartbeatSaw = saw;
        LastHeartbeatAt = time.GetUtcNow();
        var changed = _state != RunnerState.Running;
        if (changed) RunningSince = LastHeartbeatAt;
        _state = RunnerState.Running;
        return changed;
    }

    /// <summary>How the lease ends now; null while it continues, or while an earlier holder may still rely on it.</summary>
    public RunnerState? Expiry()
    {
        if (!record.State.LeaseHeld) return null;
        if (_state == RunnerState.Starting && _aliveBy <= time.GetTimestamp()) return RunnerState.StartTimedOut;
        return MayBeHeld ? null : RunnerState.Lost;
    }

    /// <summary>Nobody works under this lease any more, whatever is on disk.</summary>
    public void Void() => _until = 0;

    /// <summary>The lease ends at once; writing that down may fail, which only makes others wait longer.</summary>
    public void End(RunnerState state)
    {
        _until = 0;
        _heldElsewhereUntil = 0;
        _state = state;
    }

    /// <summary>Writes the end of a lease into the state.</summary>
    /// <param name="holding">True when the bot was lost with a position, or may have been.</param>
    public void PutEnd(BotState s, RunnerState state, bool holding)
    {
        s.LeaseHeld = false;
        s.RunnerState = state;
        s.RunnerSince = time.GetUtcNow();
        s.LostHolding = holding;
        s.LastHeartbeatAt = LastHeartbeatAt ?? s.LastHeartbeatAt;
    }

    /// <summary>Voids the lease with the release of a kill: its runner starts again.</summary>
    public void EndWithRelease()
    {
        _until = 0;
        if (_state is RunnerState.Running or RunnerState.Starting) _state = RunnerState.Stopped;
    }

    /// <summary>Writes into the state that a lease from before the release of a kill is void.</summary>
    public void PutEndWithRelease(BotState s)
    {
        s.LeaseEpoch = EpochPolicy.Next(s.LeaseEpoch, time.GetUtcNow());
        s.LeaseHeld = false;
        if (s.RunnerState is RunnerState.Starting or RunnerState.Running) (s.RunnerState, s.RunnerSince) = (RunnerState.Stopped, time.GetUtcNow());
    }

    /// <summary>The bot was deleted.</summary>
    public void Forget()
    {
        _until = 0;
        _state = RunnerState.Stopped;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private TimeSpan Remaining(long until) =>
        until <= time.GetTimestamp() ? TimeSpan.Zero : TimeSpan.FromSeconds((until - time.GetTimestamp()) / (double)time.TimestampFrequency);
}

/// <summary>What a lease is granted with.</summary>
/// <param name="Fence">The gate's at the grant.</param>
internal readonly record struct LeaseGrant(long Fence, TradingMode Mode, bool ReduceOnly);
