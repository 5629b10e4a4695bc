using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Kills;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Bots;

/// <summary>Kill and release of one bot, and what the gate and the directory are told.</summary>
internal sealed partial class BotGrain
{
    /// <summary>A report that took longer than this may have made a lease look longer than it is: it is sent again.</summary>
    private static readonly TimeSpan s_slowReport = TimeSpan.FromSeconds(1);

    /// <summary>How long the answer to a kill waits for the disk beyond what the nodes took.</summary>
    private static readonly TimeSpan s_writeGrace = TimeSpan.FromMilliseconds(250);
    private IGrainTimer? _killRetry;
    private long _killCalls;
    private readonly TakenKills _taken = new();

    /// <summary>True once the current lease's runner was told of the kill in the answer to a heartbeat.</summary>
    private bool _runnerHeardKill;

    public Task<KillAnswer?> Kill(string reason, Caller by) => DeliverKill(new KillOrder(Guid.NewGuid(), Id, reason, by, _time.GetUtcNow()));

    public async Task<KillAnswer?> DeliverKill(KillOrder order)
    {
        if (State.Spec is null) return null;
        if (!_kill.Engaged && _taken.Contains(order.Id)) return new KillAnswer(false, true, new(0, 0), new(0, 0), _kill) { Superseded = true };
        _killCalls++;
        Take(order);

        // The gate first, so that every node knows; the disk beside the nodes.
        var position = await TellGateAsync();
        var written = WriteKillAsync();
        var nodes = position is { } known ? await GrainFactory.GetGrain<ISystemGateGrain>(0).WaitForAcknowledgement(known) : new(0, 0);
        await Task.WhenAny(written, Task.Delay(s_writeGrace, _time));
        if (!_kill.Durable) RetryKillUntilWritten();
        await TellDirectoryAsync();

        // Without the gate's word nobody knows of it yet: whoever asked must ask again.
        if (position is null) throw new TimeoutException();
        return new KillAnswer(true, _kill.Durable, nodes, new(_runnerHeardKill && LeaseLive ? 1 : 0, LeaseLive ? 1 : 0), _kill);
    }

    private void Take(KillOrder order)
    {
        _taken.Add(order.Id);
        if (_kill.Engaged) return;
        _kill = new KillSwitch(true, order.Reason, order.By.Name, order.AskedAt, Durable: false);
        _runnerHeardKill = false;
        RecordBot("kill_switch", "released", "engaged", Codes.KillSwitchEngaged, order.Reason, order.By);
    }

    /// <summary>A kill that this process was asked for before the bot could take it holds before anything else does.</summary>
    private async Task TakePendingKillAsync()
    {
        _kill = State.Kill;
        _taken.Restore(State.KillsTaken);
        if (_kill.Engaged || _pendingKills.For(Id) is not { } order || _taken.Contains(order.Id)) return;
        Take(order);
        RetryKillUntilWritten();
        await TellGateAsync();
    }

    private async Task<bool> WriteKillAsync()
    {
        if (!_kill.Engaged || _kill.Durable) return true;
        var engaged = _kill;
        var written = await TryWriteAsync(s =>
        {
            s.Kill = engaged with { Durable = true };
            s.KillsTaken = _taken.Ids;
        });
        if (!written) return false;
        if (_kill == engaged) _kill = engaged with { Durable = true };
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
            new GrainTimerCreationOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)) { Interleave = true, KeepAlive = true });
    }

    public Task<BotAnswer> Release(string reason, Caller by)
    {
        // Counted from here: a kill that comes while the audit entry is being written was asked for after this release.
        var calls = _killCalls;
        return _acts.RunAsync(OperatorAct.Of("kill.release", OperatorAct.Bot(Id), ("reason", reason)), by, () => ReleaseAsync(reason, by, calls), static a => a.Code, Refused);
    }

    private async Task<BotAnswer> ReleaseAsync(string reason, Caller by, long calls)
    {
        if (State.Spec is null) return UnknownBot();
        if (!_kill.Engaged) return new(null, null, View());
        if (_killCalls != calls) return new(Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.", null);
        var written = await TryWriteAsync(s =>
        {
            s.Kill = KillSwitch.Released;
            s.KillsTaken = _taken.Ids;

            // A lease from before the release is void: its runner starts again.
            s.LeaseEpoch = EpochPolicy.Next(s.LeaseEpoch, _time.GetUtcNow());
            s.LeaseHeld = false;
            if (s.RunnerState is RunnerState.Starting or RunnerState.Running) (s.RunnerState, s.RunnerSince) = (RunnerState.Stopped, _time.GetUtcNow());
        });
        if (!written) return Unwritten();
        if (_killCalls != calls)
        {
            // Somebody asked for the kill while the release was being written; the kill wins and is written again.
            _kill = _kill with { Durable = false };
            if (!await WriteKillAsync()) RetryKillUntilWritten();
            return new(Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.", null);
        }

        _kill = KillSwitch.Released;
        RecordBot("kill_switch", "engaged", "released", "Released", reason, by);
        _leaseUntil = 0;
        if (_runnerState is RunnerState.Running or RunnerState.Starting) _runnerState = RunnerState.Stopped;
        await TellGateAsync();
        await TellDirectoryAsync();
        return new(null, null, View());
    }

    private BotGateReport Report() => new(
        Id,
        _activation,
        ++_sequence,
        State.LeaseEpoch,
        (long)Remaining(_leaseUntil).TotalMilliseconds,
        _leaseFence,
        _kill.Engaged,
        _leaseMode == TradingMode.Live,
        (long)LiveLeft.TotalMilliseconds,
        Tier >= Policy.BotReadinessPolicy.LiveTier,
        [.. State.Spec!.Requires],
        _heartbeatSaw,
        State.RunnerId,
        LostHoldingSince);

    /// <summary>Tells the gate; null when it did not answer, and then nodes do not hear of this bot, which allows it nothing.</summary>
    private async Task<GatePosition?> TellGateAsync()
    {
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var sentAt = _time.GetTimestamp();
                var position = await GrainFactory.GetGrain<ISystemGateGrain>(0).ReportBot(Report());
                if (_time.GetElapsedTime(sentAt) < s_slowReport || attempt >= 2) return position;
            }
        }
        catch (Exception e)
        {
            LogGateNotTold(_logger, Id, e);
            return null;
        }
    }

    private async Task TellDirectoryAsync()
    {
        try
        {
            await GrainFactory.GetGrain<IBotDirectoryGrain>(BotDirectoryGrain.ShardOf(Id)).Upsert(new BotDirectoryRow(
                Id,
                _activation,
                ++_sequence,
                State.Spec!,
                Tier,
                Runner(),
                _kill,
                Live,
                (long)Remaining(_leaseUntil).TotalMilliseconds,
                _runnerState == RunnerState.Starting ? (long)Remaining(_aliveBy).TotalMilliseconds : 0,
                Score,
                Trouble()));
        }
        catch (Exception e)
        {
            LogDirectoryNotTold(_logger, Id, e);
        }
    }

    [LoggerMessage(EventIds.BotGateNotTold, LogLevel.Warning, "Bot {BotId}: the gate was not told.")]
    private static partial void LogGateNotTold(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.BotDirectoryNotTold, LogLevel.Warning, "Bot {BotId}: the directory was not told.")]
    private static partial void LogDirectoryNotTold(ILogger logger, string botId, Exception exception);
}
