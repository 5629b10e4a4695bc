using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Bots;

/// <summary>Kill and release of one bot, and what the gate and the directory are told.</summary>
internal sealed partial class BotGrain
{
    /// <summary>A report that took longer than this may have made a lease look longer than it is: it is sent again.</summary>
    private static readonly TimeSpan s_slowReport = TimeSpan.FromSeconds(1);
    private IGrainTimer? _killRetry;
    private long _killCalls;

    public async Task<KillAnswer?> Kill(string reason, Caller by)
    {
        if (State.Spec is null) return null;
        _killCalls++;
        if (!_kill.Engaged) _kill = new KillSwitch(true, reason, by.Name, _time.GetUtcNow(), Durable: false);

        // The gate first, so that every node knows; the disk second.
        var nodes = new Acknowledgements(0, 0);
        if (await TellGateAsync() is { } position)
        {
            nodes = await GrainFactory.GetGrain<ISystemGateGrain>(0).WaitForAcknowledgement(position);
        }

        if (!await WriteKillAsync()) RetryKillUntilWritten();
        await TellDirectoryAsync();
        return new KillAnswer(true, _kill.Durable, nodes, new(0, LeaseLive ? 1 : 0), _kill);
    }

    private async Task<bool> WriteKillAsync()
    {
        if (!_kill.Engaged || _kill.Durable) return true;
        var engaged = _kill;
        if (!await TryWriteAsync(s => s.Kill = engaged with { Durable = true })) return false;
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

    public async Task<BotAnswer> Release(string reason, Caller by)
    {
        if (State.Spec is null) return UnknownBot();
        if (!_kill.Engaged) return new(null, null, View());
        var calls = _killCalls;
        var written = await TryWriteAsync(s =>
        {
            s.Kill = KillSwitch.Released;

            // A lease from before the release is void: its runner starts again.
            s.LeaseEpoch++;
            s.LeaseHeld = false;
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
        (long)_arming.Left(Configuration).TotalMilliseconds,
        State.Tier >= Policy.BotReadinessPolicy.LiveTier,
        [.. State.Spec!.Requires]);

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
            LogGateNotTold(_logger, Id, e.GetType().Name);
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
                State.Tier,
                new RunnerView(CurrentRunnerState(), State.RunnerId, State.LeaseEpoch, _lastHeartbeatAt ?? State.LastHeartbeatAt),
                _kill,
                Live,
                (long)Remaining(_leaseUntil).TotalMilliseconds,
                _runnerState == RunnerState.Starting ? (long)Remaining(_aliveBy).TotalMilliseconds : 0));
        }
        catch (Exception e)
        {
            LogDirectoryNotTold(_logger, Id, e.GetType().Name);
        }
    }

    [LoggerMessage(1321, LogLevel.Warning, "Bot {BotId}: the gate was not told ({ExceptionType}).")]
    private static partial void LogGateNotTold(ILogger logger, string botId, string exceptionType);

    [LoggerMessage(1322, LogLevel.Warning, "Bot {BotId}: the directory was not told ({ExceptionType}).")]
    private static partial void LogDirectoryNotTold(ILogger logger, string botId, string exceptionType);
}
