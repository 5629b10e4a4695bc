using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Bots.Runners;

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
            BotLog.LogHoldingUnread(_logger, Id, e);
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
}
