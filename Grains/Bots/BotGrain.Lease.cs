using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Grains.Bots;

/// <summary>The runner's lease: one holder at a time, under an epoch that only grows.</summary>
internal sealed partial class BotGrain
{
    private RunnerState _runnerState;
    private DateTimeOffset? _lastHeartbeatAt;

    /// <summary>Timestamp at which the lease ends; 0 without one in this activation.</summary>
    private long _leaseUntil;

    /// <summary>Timestamp by which the first heartbeat must have come.</summary>
    private long _aliveBy;

    /// <summary>Timestamp until which a holder from before this activation may still believe in its lease.</summary>
    private long _heldElsewhereUntil;

    /// <summary>The gate's fence under which the lease was granted.</summary>
    private long _leaseFence;
    private TradingMode _leaseMode;
    private bool _leaseReduceOnly;

    /// <summary>Position of the gate on which the answer to the lease's last heartbeat rested.</summary>
    private GatePosition? _heartbeatSaw;

    private HeartbeatIntervals? _intervals;

    /// <summary>Epoch of the gate that heard the last report.</summary>
    private long _toldGate;

    private bool LeaseLive => _leaseUntil > _time.GetTimestamp();

    public async Task<StartAnswer> Start(RunnerStart start, Caller by)
    {
        var (runnerId, mode) = (start.RunnerId, start.Mode);
        if (State.Spec is null) return new StartAnswer { Code = Codes.UnknownBot };
        var asked = mode ?? State.Spec.Mode;
        var gate = _gate.Read();
        var readiness = await ReadinessForAsync(start, asked, gate);
        var blockers = readiness.Blockers;
        var path = readiness.PathToOk;
        if (HeldByAnother(runnerId))
        {
            blockers =
            [
                .. blockers.Where(b => b.Severity == Severity.Blocked),
                new Blocker(Codes.RunnerAlreadyHeld, Severity.Blocked, "bot", null, null, Id, "Another runner holds this bot's lease, or may still believe that it does.", "Stop the other runner, or wait until its lease ends.", _time.GetUtcNow(), null),
                .. blockers.Where(b => b.Severity != Severity.Blocked),
            ];
            path = [.. path, new PathStep(path.Length + 1, "stop_runner", null, [], "Stop the other runner, or wait until its lease ends.")];
        }

        var denied = blockers.Where(b => b.Severity == Severity.Blocked).ToArray();
        var answer = new StartAnswer
        {
            TradingState = gate.IsLive ? gate.Snapshot!.TradingState : TradingState.Halted,
            SystemStatus = gate.IsLive ? gate.Snapshot!.Status : SystemStatus.Blocked,
            Gate = gate.Position,
            Blockers = blockers,
            PathToOk = path,
            Epoch = State.LeaseEpoch,
            ReduceOnly = start.ReduceOnly,
        };
        if (denied.Length > 0 || readiness.Status == SystemStatus.Blocked)
        {
            BotLog.LogDenied(_logger, Id, denied.FirstOrDefault()?.Code ?? Codes.DataUnavailable, by.TraceId);
            return answer with { Code = denied.FirstOrDefault()?.Code ?? Codes.DataUnavailable };
        }

        if (Paced(start) is { } wait)
        {
            BotLog.LogPaced(_logger, Id, wait, by.TraceId);
            return answer with { Code = Codes.RunnerRestarting, RetryAfterSeconds = wait };
        }

        var grantedAt = _time.GetTimestamp();
        var (underLease, was) = (LeaseLive && State.RunnerId == runnerId, CurrentRunnerState());
        var written = await TryWriteAsync(s =>
        {
            s.LeaseEpoch = EpochPolicy.Next(s.LeaseEpoch, _time.GetUtcNow());
            s.RunnerId = runnerId;
            s.LeaseHeld = true;
            s.LeaseFence = gate.Snapshot!.Fence;
            s.LeaseMode = asked;
            s.LeaseReduceOnly = start.ReduceOnly;
            s.RunnerState = RunnerState.Starting;
            s.RunnerSince = _time.GetUtcNow();
            s.LostHolding = false;
            s.LastHeartbeatAt = _lastHeartbeatAt ?? s.LastHeartbeatAt;
        });

        // Written or not, a kill that came while the disk was busy wins.
        if (!written) return answer with { Code = Codes.DataUnavailable };
        if (_kill.Engaged) return answer with { Code = Codes.KillSwitchEngaged, Blockers = [Gates.Policy.BlockerPolicy.Kill(_kill, "bot", Id)] };

        _runnerState = RunnerState.Starting;
        _heldElsewhereUntil = 0;
        _heartbeatSaw = null;
        _directiveHeard = null;
        _leaseFence = gate.Snapshot!.Fence;
        _leaseMode = asked;
        _leaseReduceOnly = start.ReduceOnly;
        _leaseUntil = grantedAt + Ticks(_options.Lease);
        _aliveBy = grantedAt + Ticks(_options.Start);
        Pace.Add(runnerId, start.Address, underLease);
        if (was is RunnerState.Lost or RunnerState.StartTimedOut) History.RecordRunner(was, RunnerState.Starting, "Started", "A runner was started again.", by);
        await TellGateAsync();
        await TellDirectoryAsync();
        if (await OvertakenAsync(answer, start, asked) is { } overtaken) return overtaken;
        BotLog.LogGranted(_logger, Id, State.LeaseEpoch, by.TraceId);
        return answer with { Granted = true, Code = null, Epoch = State.LeaseEpoch, Lease = _options.Terms };
    }

    /// <summary>What came while the disk was busy wins: the answer to a kill has gone out once this node had heard of it.</summary>
    private async Task<StartAnswer?> OvertakenAsync(StartAnswer answer, RunnerStart start, TradingMode asked)
    {
        var gate = _gate.Read();
        var readiness = await ReadinessForAsync(start, asked, gate);
        var fenced = !gate.IsLive || gate.Snapshot!.Fence != _leaseFence;
        if (readiness.Status != SystemStatus.Blocked && !fenced) return null;
        await EndLeaseAsync(RunnerState.Stopped);
        var code = readiness.Blockers.FirstOrDefault(b => b.Severity == Severity.Blocked)?.Code ?? Codes.DataUnavailable;
        BotLog.LogDenied(_logger, Id, code, "");
        return answer with
        {
            Code = code,
            Blockers = readiness.Blockers,
            PathToOk = readiness.PathToOk,
            TradingState = gate.IsLive ? gate.Snapshot!.TradingState : TradingState.Halted,
            SystemStatus = gate.IsLive ? gate.Snapshot!.Status : SystemStatus.Blocked,
            Gate = gate.Position,
        };
    }

    /// <summary>What a start is judged by. One that only reduces needs neither LIVE nor a tier, and is not denied by what bars opening alone
    /// to a bot that holds a position, or may.</summary>
    private async Task<BotReadiness> ReadinessForAsync(RunnerStart start, TradingMode asked, NodeGateReading gate)
    {
        var facts = new BotFacts(Id, State.Spec!, Tier, _kill, Live, CurrentRunnerState(), Trouble());
        var judged = start.ReduceOnly && asked <= State.Spec!.Mode ? TradingMode.Paper : asked;
        var readiness = BotReadinessPolicy.Evaluate(facts, gate, judged, _time.GetUtcNow());
        return start.ReduceOnly && readiness.Status == SystemStatus.Blocked && await MayHoldAsync() ? BotReadinessPolicy.ForExits(readiness) : readiness;
    }

    public async Task<HeartbeatAnswer> Heartbeat(string runnerId, long epoch, Caller by)
    {
        var receivedAt = _time.GetTimestamp();
        var gate = _gate.Read();
        var (trading, status) = gate.IsLive ? (gate.Snapshot!.TradingState, gate.Snapshot.Status) : (TradingState.Halted, SystemStatus.Blocked);
        HeartbeatAnswer Fenced(string code, string message) => new(code, message, Directive.Halt, null, TradingState.Halted, status, gate.Position);

        if (State.Spec is null) return Fenced(Codes.UnknownBot, "No such bot is registered.");
        if (epoch != State.LeaseEpoch || runnerId != State.RunnerId) return Fenced(Codes.LeaseFenced, "This lease is not the current one.");
        if (!LeaseLive) return Fenced(Codes.LeaseFenced, "This lease has run out.");

        // Without a live gate the fence is not known: the lease goes on, under HALT.
        if (gate.IsLive && gate.Snapshot!.Fence != _leaseFence)
        {
            _leaseUntil = 0;
            await TellGateAsync();
            await TellDirectoryAsync();
            return Fenced(Codes.LeaseFenced, "The system's kill switch was released after this lease was granted; start again.");
        }

        CountHeartbeat(receivedAt);
        _leaseUntil = receivedAt + Ticks(_options.Lease);
        _heartbeatSaw = gate.Position;
        _runnerHeardKill |= _kill.Engaged;
        _lastHeartbeatAt = _time.GetUtcNow();
        var changed = _runnerState != RunnerState.Running;
        if (changed) _runningSince = _lastHeartbeatAt;
        _runnerState = RunnerState.Running;
        await TellGateAsync();
        await TellDirectoryAsync();
        if (changed) BotLog.LogAlive(_logger, Id, epoch);

        // What came while others were told wins.
        gate = _gate.Read();
        if (epoch != State.LeaseEpoch || !LeaseLive || (gate.IsLive && gate.Snapshot!.Fence != _leaseFence)) return Fenced(Codes.LeaseFenced, "This lease is not the current one.");
        (trading, status) = gate.IsLive ? (gate.Snapshot!.TradingState, gate.Snapshot.Status) : (TradingState.Halted, SystemStatus.Blocked);
        var (own, _, exits) = Decide(gate);
        var directive = DirectivePolicy.Of(own);
        await HeardAsync(directive);
        return new(null, null, directive, _options.Terms, own < trading ? own : trading, status, gate.Position, exits);
    }

    public async Task<BotAnswer> Stop(string runnerId, long epoch, Caller by)
    {
        if (State.Spec is null) return BotAnswers.UnknownBot();

        // A stop that comes late still says that nobody works under this lease: the loss is settled.
        if (epoch != State.LeaseEpoch || runnerId != State.RunnerId || !State.RunnerWatched) return new(null, null, View());
        await EndLeaseAsync(RunnerState.Stopped);
        return new(null, null, View());
    }

    public Task ReportLease(long gateEpoch) => LeaseLive && _toldGate < gateEpoch ? TellGateAsync() : Task.CompletedTask;

    /// <summary>Goes on with the lease that another silo, or an earlier process, has kept, for the time that this node knows to be left.</summary>
    private bool ResumeLease()
    {
        if (!State.LeaseHeld) return false;
        var left = _leases.Left(Id, State.LeaseEpoch);
        if (left <= TimeSpan.Zero) return false;
        _leaseUntil = _time.GetTimestamp() + Ticks(left < _options.Lease ? left : _options.Lease);
        _leaseFence = State.LeaseFence;
        _leaseMode = State.LeaseMode;
        _leaseReduceOnly = State.LeaseReduceOnly;
        _runnerState = RunnerState.Running;
        BotLog.LogResumed(_logger, Id, State.LeaseEpoch, (long)left.TotalMilliseconds);
        return true;
    }

    public async Task<bool> ExpireLease()
    {
        if (State.Spec is null || !State.LeaseHeld) return false;
        var never = _runnerState == RunnerState.Starting && _aliveBy <= _time.GetTimestamp();
        if (LeaseLive && !never) return false;
        if (!LeaseLive && _heldElsewhereUntil > _time.GetTimestamp()) return false;
        BotLog.LogExpired(_logger, Id, State.LeaseEpoch, never);
        await EndLeaseAsync(never ? RunnerState.StartTimedOut : RunnerState.Lost);
        return true;
    }

    /// <summary>Ends the lease at once; writing that down may fail, which only makes others wait longer.</summary>
    private async Task EndLeaseAsync(RunnerState state)
    {
        var was = CurrentRunnerState();
        var lost = state != RunnerState.Stopped;
        if (lost) _heartbeatsMissed++;
        _leaseUntil = 0;
        _heldElsewhereUntil = 0;
        _runnerState = state;
        var holding = lost && await MayHoldAsync();
        await TryWriteAsync(s =>
        {
            s.LeaseHeld = false;
            s.RunnerState = state;
            s.RunnerSince = _time.GetUtcNow();
            s.LostHolding = holding;
            s.LastHeartbeatAt = _lastHeartbeatAt ?? s.LastHeartbeatAt;
        });
        if (lost) RunnerMetrics.Lost();
        if (lost) History.RecordRunner(was, state, Codes.RunnerLost, state == RunnerState.StartTimedOut ? "The runner never came alive." : "The runner's lease ran out without a stop.", null);
        await TellGateAsync();
        await TellDirectoryAsync();
    }

    /// <summary>In time is before the moment at which the runner should have stopped by itself.</summary>
    private void CountHeartbeat(long receivedAt)
    {
        if (!(_intervals ??= new(_time, _options.RenewSeconds)).Counts(receivedAt)) return;
        var stopBy = _leaseUntil - Ticks(_options.Lease) + Ticks(TimeSpan.FromSeconds(_options.StopBySeconds));
        if (receivedAt <= stopBy) _heartbeatsKept++;
        else _heartbeatsMissed++;
    }

    private bool HeldByAnother(string runnerId) =>
        State.LeaseHeld && State.RunnerId != runnerId && (LeaseLive || _heldElsewhereUntil > _time.GetTimestamp());

    private RunnerState CurrentRunnerState() => _runnerState is RunnerState.Starting or RunnerState.Running && !LeaseLive
        ? RunnerState.Lost
        : _runnerState == RunnerState.Stopped && State.RunnerState != RunnerState.Stopped && !State.LeaseHeld ? State.RunnerState : _runnerState;
}
