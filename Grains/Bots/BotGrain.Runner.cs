using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Bots.Runners;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Bots;

/// <summary>What is wrong with the bot's runner: one that was lost, one that restarts over and over.</summary>
internal sealed partial class BotGrain
{
    private StartPace? _pace;
    private DateTimeOffset? _runningSince;

    private StartPace Pace => _pace ??= new(_time);

    private bool RunnerLost => CurrentRunnerState() is RunnerState.Lost or RunnerState.StartTimedOut;

    private DateTimeOffset? LostHoldingSince => RunnerLost && State.LostHolding ? State.RunnerSince ?? State.LastHeartbeatAt ?? _time.GetUtcNow() : null;

    public async Task Reassert()
    {
        if (State.Spec is null) return;
        if (RunnerLost && !State.LeaseHeld && await MayHoldAsync() is var holding && holding != State.LostHolding) await TryWriteAsync(s => s.LostHolding = holding);
        await TellGateAsync();
        await TellDirectoryAsync();
    }

    private RunnerView Runner()
    {
        var state = CurrentRunnerState();
        DateTimeOffset? since = state == RunnerState.Running ? _runningSince : state == State.RunnerState ? State.RunnerSince : null;
        return new RunnerView(state, State.RunnerId, State.LeaseEpoch, _lastHeartbeatAt ?? State.LastHeartbeatAt, since)
        {
            Directive = DirectiveNow,
            Heard = LeaseLive ? _directiveHeard : null,
        };
    }

    private RunnerTrouble Trouble()
    {
        var restarting = _pace?.Restarting();
        if (!RunnerLost && restarting is null) return RunnerTrouble.None;
        return new(
            RunnerLost && !State.LeaseHeld ? State.RunnerSince : null,
            LostHoldingSince is not null,
            RunnerLost && State.LeaseHeld,
            (long)(restarting?.For.TotalMilliseconds ?? 0),
            restarting?.TwoAddresses ?? false,
            restarting?.Since);
    }

    /// <summary>Seconds that the start must wait; null when it need not. What only reduces never waits.</summary>
    private int? Paced(RunnerStart start)
    {
        if (start.ReduceOnly || Pace.Wait(start.RunnerId, start.Address) is not { } wait) return null;
        RunnerMetrics.Paced();
        return Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
    }

    /// <summary>Whether the bot holds a position; true when that can't be read.</summary>
    private async Task<bool> MayHoldAsync()
    {
        try
        {
            return await _riskStore.MayHoldAsync(Id, Instruments, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(_risk.StoreSeconds), _time);
        }
        catch (Exception e)
        {
            LogHoldingUnread(_logger, Id, e);
            return true;
        }
    }

    private async Task<RiskReport> RecheckedAsync(Func<Task<RiskReport>> report)
    {
        var answer = await report();
        RecheckLoss();
        if (_risk.System.Any) AllBots.TellAsync(realised: false).Ignore();
        return answer;
    }

    /// <summary>After what a lost runner's position may follow from.</summary>
    private void RecheckLoss()
    {
        if (RunnerLost) Reassert().Ignore();
    }

    /// <summary>Best effort: the record tells what was, nothing rests on it.</summary>
    private void RecordRunner(RunnerState from, RunnerState to, string reason, string message, Caller? by) =>
        RecordBot("runner", Word(from), Word(to), reason, message, by);

    private void RecordBot(string subject, string from, string to, string reason, string message, Caller? by)
    {
        var position = _gate.Read().Position;
        var row = new GateTransition(
            _time.GetUtcNow(), position.Epoch, position.Version, $"bot/{Id}/{subject}", from, to, reason, message, by?.Name, by?.TraceId, null);
        WriteAsync().Ignore();

        async Task WriteAsync()
        {
            try
            {
                await _transitions.AppendAsync([row], CancellationToken.None).WaitAsync(_writeLimit, _time);
            }
            catch (Exception e)
            {
                LogRunnerNotWritten(_logger, Id, e);
            }
        }
    }

    private static string Word(RunnerState state) => state switch
    {
        RunnerState.Starting => "starting",
        RunnerState.Running => "running",
        RunnerState.Lost => "lost",
        RunnerState.StartTimedOut => "start_timed_out",
        _ => "stopped",
    };

    [LoggerMessage(EventIds.BotStartPaced, LogLevel.Warning, "Bot {BotId}: its runner restarts over and over; a start must wait {WaitSeconds} s, trace {StartTraceId}.")]
    private static partial void LogPaced(ILogger logger, string botId, int waitSeconds, string startTraceId);

    [LoggerMessage(EventIds.BotHoldingUnread, LogLevel.Warning, "Bot {BotId}: whether it holds a position could not be read; it counts as holding one.")]
    private static partial void LogHoldingUnread(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.BotRunnerNotRecorded, LogLevel.Warning, "Bot {BotId}: a change of its runner or its kill switch could not be recorded.")]
    private static partial void LogRunnerNotWritten(ILogger logger, string botId, Exception exception);
}
