using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots.Arming;
using ControlPlane.Grains.Bots.Kills;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Bots.Orders;
using ControlPlane.Grains.Bots.Runners;

namespace ControlPlane.Grains.Bots.Registering;

/// <summary>Deletes a bot that no runner holds and that has neither open orders nor a position.</summary>
/// <param name="letGo">Has the activation end once it is idle.</param>
internal sealed class BotDeletion(
    BotContext bot, RunnerLease lease, LiveState live, BotKillSwitch kill, BotListing listing, PositionHolding holding, BotDesks desks, BotReporter reporter, Action letGo)
{
    /// <summary>Newest orders without an end that a deletion looks at; older ones count in the ledger.</summary>
    private const int Unsettled = 500;

    public Task<BotAnswer> DeleteAsync(Caller by) =>
        bot.Services.Acts.RunAsync(OperatorAct.Of("bot.delete", OperatorAct.Bot(bot.Id)), by, DeleteAsync, static a => a.Code, BotAnswers.Refused);

    private async Task<BotAnswer> DeleteAsync()
    {
        // The list may still show one whose deletion was cut off half way.
        if (bot.State.Spec is null) return await listing.RemoveAsync() ?? BotAnswers.UnknownBot();
        if (lease.MayBeHeld) return new(Codes.RunnerAlreadyHeld, "A runner holds this bot's lease, or may still believe that it does.", null);
        if (await OpenAffairsAsync() is { } open) return open;
        if (!await bot.TryWriteAsync(s => s.Forget(bot.Time.GetUtcNow()))) return BotAnswers.Unwritten();
        live.Disarm();
        lease.Forget();
        BotLog.LogDeleted(bot.Logger, bot.Id);
        desks.PublishTotals(realised: false);
        await reporter.PublishToGateAsync();
        var failure = await listing.RemoveAsync();

        // The next call finds a bot that knows of nothing; only a kill that is not on disk yet keeps this one here.
        if (kill.Switch.Durable) letGo();
        return failure ?? new(null, null, null);
    }

    /// <summary>Why a deletion is refused; null when it is allowed.</summary>
    private async Task<BotAnswer?> OpenAffairsAsync()
    {
        try
        {
            var granted = bot.Time.GetUtcNow().AddSeconds(-bot.Limits.Risk.OpenOrderSeconds);
            var unsettled = await bot.Services.Stores.Risk.ListAsync(bot.Id, openOnly: true, Unsettled, null, CancellationToken.None).WaitAsync(bot.Limits.RiskRead, bot.Time);
            if (unsettled.Items.Any(order => order.GrantedAt >= granted))
            {
                return new(Codes.OperationNotAllowed, "The bot has open orders: report how they ended first.", null);
            }

            return await holding.ReadAsync()
                ? new(Codes.OperationNotAllowed, "The bot holds a position, or an order of it may have been filled: close it and report that first.", null)
                : null;
        }
        catch (Exception e)
        {
            BotLog.LogHoldingUnread(bot.Logger, bot.Id, e);
            return new(Codes.DataUnavailable, "Whether the bot has open orders or a position could not be read, so nothing has changed.", null);
        }
    }
}
