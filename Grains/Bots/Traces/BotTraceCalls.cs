using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Kills;
using ControlPlane.Grains.Bots.Orders;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Bots.Tiers;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Grains.Bots.Traces;

/// <summary>What the bot did and why. Nothing here waits for the bot's other calls, nor holds them up.</summary>
internal sealed class BotTraceCalls(BotContext bot, BotKillSwitch kill, BotDesks desks, LostRunner lost, TierSteps tiers)
{
    private BotTraces Traces => bot.Services.Evidence.Traces;

    private BotTraceReads Reads => bot.Services.Evidence.Reads;

    private bool Unknown => bot.State.Spec is null;

    public Task<TraceReceipt> RecordAsync(ImmutableArray<DecisionTrace> decisions) => Unknown ? Nothing() : Traces.RecordAsync(bot.Id, decisions);

    public Task<TraceReceipt> RecordAsync(ImmutableArray<NoTradeTrace> noTrades) => Unknown ? Nothing() : Traces.RecordAsync(bot.Id, noTrades);

    public Task<TraceReceipt> RecordAsync(ImmutableArray<CycleTrace> cycles) => Unknown ? Nothing() : Traces.RecordAsync(bot.Id, cycles);

    public async Task<TraceReceipt> RecordAsync(ImmutableArray<TradeTrace> trades)
    {
        if (Unknown) return await Nothing();
        var receipt = await Traces.RecordAsync(bot.Id, trades, bot.Instruments, new Currencies(bot.Limits.Risk));

        lost.Recheck();
        desks.PublishTotals(trades.Any(t => t.Pnl is not null || t.ClosedAt is not null));

        // A trade under an order, or under a kill, may have broken a rule: that is answered at once.
        if (kill.Engaged || bot.Gate().Snapshot is { Kill.Engaged: true } || trades.Any(t => t.OrderId is not null)) tiers.EvaluateAsync(mayRise: false).Ignore();
        return receipt;
    }

    public Task<TracePage<RecordedDecision>> DecisionsAsync(int limit, string? before) =>
        Unknown ? Task.FromResult(new TracePage<RecordedDecision>([], null, Codes.UnknownBot)) : Reads.DecisionsAsync(bot.Id, limit, before);

    public Task<DecisionDetail> DecisionAsync(string decisionId) =>
        Unknown ? Task.FromResult(new DecisionDetail(null, null, Codes.UnknownBot)) : Reads.DecisionAsync(bot.Id, decisionId);

    public Task<TracePage<RecordedNoTrade>> NoTradesAsync(int limit, string? before, string? reason) =>
        Unknown ? Task.FromResult(new TracePage<RecordedNoTrade>([], null, Codes.UnknownBot)) : Reads.NoTradesAsync(bot.Id, limit, before, reason);

    public Task<TracePage<TradeTrace>> TradesAsync(int limit, string? before) =>
        Unknown ? Task.FromResult(new TracePage<TradeTrace>([], null, Codes.UnknownBot)) : Reads.TradesAsync(bot.Id, limit, before);

    public Task<FunnelReading> FunnelAsync() => Unknown ? Task.FromResult(new FunnelReading(null, null, null, null, 0, Codes.UnknownBot)) : Reads.FunnelAsync(bot.Id);

    private static Task<TraceReceipt> Nothing() => Task.FromResult(TraceReceipt.None(Codes.UnknownBot));
}
