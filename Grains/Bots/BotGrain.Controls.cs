using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Kills;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Grains.Bots;

/// <summary>Kill and release of one bot, and what the gate and the directory are told.</summary>
internal sealed partial class BotGrain
{
    /// <summary>A report that took longer than this may have made a lease look longer than it is: it is sent again.</summary>
    private static readonly TimeSpan s_slowReport = TimeSpan.FromSeconds(1);

    /// <summary>How long the answer to a kill waits for the disk beyond what the nodes took.</summary>
    private static readonly TimeSpan s_writeGrace = TimeSpan.FromMilliseconds(250);
    private IGrainTimer? _killRetry;
    private readonly KillRegister _kills = new();
    private bool _releasing;

    /// <summary>True once the current lease's runner was told of the kill in the answer to a heartbeat.</summary>
    private bool _runnerHeardKill;

    public Task<KillAnswer?> Kill(string reason, Caller by) => DeliverKill(new KillOrder(Guid.NewGuid(), Id, reason, by, _time.GetUtcNow()));

    public async Task<KillAnswer?> DeliverKill(KillOrder order)
    {
        if (State.Spec is null) return null;
        if (_kills.IsReleased(order.Id)) return new KillAnswer(false, true, new(0, 0), new(0, 0), _kill) { Superseded = true };
        Take(order);

        // The gate first, so that every node knows; the disk beside the nodes.
        var telling = TellGateAsync();
        var written = WriteKillAsync();
        var position = await telling;
        var nodes = await AcknowledgedAsync(position);
        await Task.WhenAny(written, Task.Delay(s_writeGrace, _time));
        if (!_kill.Durable) RetryKillUntilWritten();
        await TellDirectoryAsync();

        // Without the gate's word nobody knows of it yet: whoever asked must ask again.
        if (nodes is null) throw new TimeoutException();
        if (_kills.IsReleased(order.Id)) return new KillAnswer(false, true, nodes, new(0, 0), _kill) { Superseded = true };
        return new KillAnswer(true, _kills.IsDurable(order.Id), nodes, new(_runnerHeardKill && LeaseLive ? 1 : 0, LeaseLive ? 1 : 0), _kill);
    }

    private void Take(KillOrder order)
    {
        var engaged = _kill.Engaged;
        if (!_kills.Take(order)) return;
        _kill = _kills.Switch;
        _arming.Disarm();
        if (engaged) return;
        _runnerHeardKill = false;
        History.RecordKill(engaged: true, Codes.KillSwitchEngaged, order.Reason, order.By);
    }

    /// <summary>A kill that this node knows of, or that the row holds, holds before anything else does. The row is written again: whatever an
    /// activation before this one has still under way, a release above all, no longer fits the row's version.</summary>
    private async Task TakePendingKillAsync()
    {
        var old = State.KillsEngaged.IsDefaultOrEmpty && State.Kill.Engaged;
        _kills.Restore(new(State.Kill, old ? State.KillsTaken : State.KillsEngaged, old ? [] : State.KillsTaken));
        _kill = _kills.Switch;
        if (State.ReleaseUnsettled) Take(KillRegister.Again(Id, _time.GetUtcNow()));
        foreach (var order in _pendingKills.For(Id))
        {
            if (!_kills.IsReleased(order.Id)) Take(order);
        }

        _kills.Unsettle();
        _kill = _kills.Switch;
        if (!_kill.Engaged) return;
        RetryKillUntilWritten();
        await TellGateAsync();
    }

    private async Task<bool> WriteKillAsync()
    {
        while (_kills.NeedsWrite)
        {
            KillRow? row = null;
            var written = await TryWriteAsync(s =>
            {
                row = _releasing ? null : _kills.Row;
                if (row is not null) (s.Kill, s.KillsEngaged, s.KillsTaken, s.ReleaseUnsettled) = (row.Switch, row.Engaged, row.Released, row.Unsettled);
            });
            if (!written || row is null) return false;
            _kills.Written(row);
            _kill = _kills.Switch;
        }

        return true;
    }

    /// <summary>Keeps this activation, and with it the kill, until the kill is on disk.</summary>
    private void RetryKillUntilWritten()
    {
        if (_killRetry is not null) return;
        _killRetry = this.RegisterGrainTimer(
            async _ =>
            {
                if (!await WriteKillAsync()) return;
                _killRetry?.Dispose();
                _killRetry = null;
            },
            new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromSeconds(1)) { Interleave = true, KeepAlive = true });
    }

    public Task<BotAnswer> Release(string reason, Caller by)
    {
        // Counted from here: a kill that comes while the audit entry is being written was asked for after this release.
        var orders = _kills.Orders;
        return _acts.RunAsync(OperatorAct.Of("kill.release", OperatorAct.Bot(Id), ("reason", reason)), by, () => ReleaseAsync(reason, by, orders), static a => a.Code, BotAnswers.Refused);
    }

    private async Task<BotAnswer> ReleaseAsync(string reason, Caller by, long orders)
    {
        if (State.Spec is null) return BotAnswers.UnknownBot();
        if (!_kill.Engaged) return new(null, null, View());
        if (_kills.Orders != orders) return new(Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.", null);
        var (row, givenUp) = (_kills.RowReleased(), false);
        _releasing = true;
        var written = await TryWithinAsync(TryWriteAsync(s =>
        {
            if (givenUp) return;
            _kills.Unsettle();
            _kill = _kills.Switch;
            (s.Kill, s.KillsEngaged, s.KillsTaken, s.ReleaseUnsettled) = (row.Switch, row.Engaged, row.Released, row.Unsettled);

            // A lease from before the release is void: its runner starts again.
            s.LeaseEpoch = EpochPolicy.Next(s.LeaseEpoch, _time.GetUtcNow());
            s.LeaseHeld = false;
            if (s.RunnerState is RunnerState.Starting or RunnerState.Running) (s.RunnerState, s.RunnerSince) = (RunnerState.Stopped, _time.GetUtcNow());
        }));
        (_releasing, givenUp) = (false, true);
        if (written && _kills.Orders == orders)
        {
            _kills.Release(row);
            _kill = _kills.Switch;
            History.RecordKill(engaged: false, "Released", reason, by);
            _leaseUntil = 0;
            if (_runnerState is RunnerState.Running or RunnerState.Starting) _runnerState = RunnerState.Stopped;
            RetryKillUntilWritten();
            await TellGateAsync();
            await TellDirectoryAsync();
            return new(null, null, View());
        }

        // Whatever has become of the write, the kill wins and is written again. Nodes keep it under an id that no row says is released.
        var again = _kills.Orders == orders;
        if (again) Take(new KillOrder(Guid.NewGuid(), Id, _kill.Reason ?? "", Caller.System(by.TraceId), _time.GetUtcNow()));
        await TellGateAsync();
        if (!await TryWithinAsync(WriteKillAsync())) RetryKillUntilWritten();
        return again
            ? new(Codes.DataUnavailable, "Whether the release was written is not known, so the kill switch is engaged again.", null)
            : new(Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.", null);
    }

    private async Task<bool> TryWithinAsync(Task<bool> write)
    {
        try
        {
            return await write.WaitAsync(_writeLimit, _time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private BotGateReport Report() => new(
        Id,
        _bot.Activation,
        _bot.NextVersion(),
        State.LeaseEpoch,
        (long)Remaining(_leaseUntil).TotalMilliseconds,
        _leaseFence,
        _kill.Engaged,
        _leaseMode == TradingMode.Live,
        (long)LiveLeft.TotalMilliseconds,
        Tier >= Policy.BotReadinessPolicy.LiveTier,
        [.. State.Spec?.Requires ?? []],
        _heartbeatSaw,
        State.RunnerId,
        LostHoldingSince,
        _leaseReduceOnly)
    {
        Kill = _kill.Engaged ? _kill : null,
        Kills = PublishedKills.Newest(_kills.Engaged),
        ReleasedKills = PublishedKills.Newest(_kills.Released),
    };

    /// <summary>Tells the gate; null when it did not answer, and then nodes do not hear of this bot, which allows it nothing.</summary>
    private async Task<GatePosition?> TellGateAsync()
    {
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var sentAt = _time.GetTimestamp();
                var position = await GrainFactory.GetGrain<ISystemGateGrain>(0).ReportBot(Report());
                _toldGate = position.Epoch;
                if (_time.GetElapsedTime(sentAt) < s_slowReport || attempt >= 2) return position;
            }
        }
        catch (Exception e)
        {
            BotLog.LogGateNotTold(_logger, Id, e);
            return null;
        }
    }

    /// <summary>Waits until every node has taken over <paramref name="position"/>; null when the gate can't say so.</summary>
    private async Task<Acknowledgements?> AcknowledgedAsync(GatePosition? position)
    {
        try
        {
            return position is { } known ? await GrainFactory.GetGrain<ISystemGateGrain>(0).WaitForAcknowledgement(known) : null;
        }
        catch (Exception e)
        {
            BotLog.LogGateNotTold(_logger, Id, e);
            return null;
        }
    }

    private async Task TellDirectoryAsync()
    {
        // Deleted while the caller waited for something.
        if (State.Spec is not { } spec) return;
        try
        {
            await GrainFactory.GetGrain<IBotDirectoryGrain>(BotDirectoryGrain.ShardOf(Id)).Upsert(new BotDirectoryRow(
                Id,
                _bot.Activation,
                _bot.NextVersion(),
                spec,
                Tier,
                Runner(),
                _kill,
                Live,
                (long)Remaining(_leaseUntil).TotalMilliseconds,
                _runnerState == RunnerState.Starting ? (long)Remaining(_aliveBy).TotalMilliseconds : 0,
                Score,
                Trouble(),
                LeaseLive ? Report() : null,
                Generation(_gate.Read().Snapshot)) { RegisteredAt = State.RegisteredAt });
        }
        catch (Exception e)
        {
            BotLog.LogDirectoryNotTold(_logger, Id, e);
        }
    }
}
