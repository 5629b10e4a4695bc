using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Risk.Ledger;

namespace ControlPlane.Grains.Bots;

/// <summary>The bot's place on the list of bots: room for a new one, and the end of one that is deleted.</summary>
internal sealed partial class BotGrain
{
    /// <summary>Newest orders without an end that a deletion looks at; older ones count in the ledger.</summary>
    private const int Unsettled = 500;

    public Task<BotAnswer> Delete(Caller by) => _acts.RunAsync(OperatorAct.Of("bot.delete", OperatorAct.Bot(Id)), by, DeleteAsync, static a => a.Code, BotAnswers.Refused);

    private async Task<BotAnswer> DeleteAsync()
    {
        // The list may still show one whose deletion was cut off half way.
        if (State.Spec is null) return await UnlistAsync() ?? BotAnswers.UnknownBot();
        if (State.LeaseHeld && (LeaseLive || _heldElsewhereUntil > _time.GetTimestamp()))
        {
            return new(Codes.RunnerAlreadyHeld, "A runner holds this bot's lease, or may still believe that it does.", null);
        }

        if (await OpenAffairsAsync() is { } open) return open;
        if (!await TryWriteAsync(s => s.Forget(_time.GetUtcNow()))) return BotAnswers.Unwritten();
        _arming.Disarm();
        _leaseUntil = 0;
        _runnerState = RunnerState.Stopped;
        BotLog.LogDeleted(_logger, Id);
        if (_risk.System.Any) AllBots.TellAsync(realised: false).Ignore();
        await TellGateAsync();
        var failure = await UnlistAsync();

        // The next call finds a bot that knows of nothing; only a kill that is not on disk yet keeps this one here.
        if (_kill.Durable) DeactivateOnIdle();
        return failure ?? new(null, null, null);
    }

    /// <summary>What speaks against a deletion; null when nothing does.</summary>
    private async Task<BotAnswer?> OpenAffairsAsync()
    {
        try
        {
            var patience = TimeSpan.FromSeconds(_risk.StoreSeconds);
            var granted = _time.GetUtcNow().AddSeconds(-_risk.OpenOrderSeconds);
            var unsettled = await _riskStore.ListAsync(Id, openOnly: true, Unsettled, null, CancellationToken.None).WaitAsync(patience, _time);
            if (unsettled.Items.Any(order => order.GrantedAt >= granted))
            {
                return new(Codes.OperationNotAllowed, "The bot has open orders: report how they ended first.", null);
            }

            return await _riskStore.MayHoldAsync(Id, Instruments, CancellationToken.None).WaitAsync(patience, _time)
                ? new(Codes.OperationNotAllowed, "The bot holds a position, or an order of it may have been filled: close it and report that first.", null)
                : null;
        }
        catch (Exception e)
        {
            BotLog.LogHoldingUnread(_logger, Id, e);
            return new(Codes.DataUnavailable, "Whether the bot has open orders or a position could not be read, so nothing has changed.", null);
        }
    }

    /// <summary>Null when it was done.</summary>
    private async Task<BotAnswer?> UnlistAsync()
    {
        try
        {
            await _index.RemoveAsync(Id, CancellationToken.None).WaitAsync(_writeLimit, _time);
            await GrainFactory.GetGrain<IBotDirectoryGrain>(BotDirectoryGrain.ShardOf(Id)).Remove(Id, _bot.Activation, _bot.NextVersion());
            return null;
        }
        catch (Exception e)
        {
            BotLog.LogNotUnlisted(_logger, Id, e);
            return new(Codes.DataUnavailable, "The bot is deleted, and the list of bots could not be told: delete it again.", null);
        }
    }

    /// <summary>Room for a new bot; null when there is some.</summary>
    private async Task<BotAnswer?> AdmitAsync(BotSpec spec)
    {
        try
        {
            return await _index.TryAddAsync(new BotIndexRow(Id, spec, AutonomyTier.Observe, State.Kill, RegisteredAt: _time.GetUtcNow()), _options.Max, CancellationToken.None)
                ? null
                : new(Codes.RateLimited, $"There are {_options.Max} bots, as many as ControlPlane__Bots__Max allows.", null);
        }
        catch (Exception e)
        {
            BotLog.LogNotWritten(_logger, Id, e);
            return BotAnswers.Unwritten();
        }
    }
}
