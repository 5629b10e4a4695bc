using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Grains.Bots;

/// <summary>What the bot did and why. Nothing here waits for the bot's other calls, nor holds them up.</summary>
internal sealed partial class BotGrain
{
    public Task<TraceReceipt> RecordDecisions(ImmutableArray<DecisionTrace> decisions) => IfRegistered(() => _traces.RecordAsync(Id, decisions));

    public Task<TraceReceipt> RecordNoTrades(ImmutableArray<NoTradeTrace> noTrades) => IfRegistered(() => _traces.RecordAsync(Id, noTrades));

    public Task<TraceReceipt> RecordTrades(ImmutableArray<TradeTrace> trades) => IfRegistered(async () =>
    {
        var receipt = await _traces.RecordAsync(Id, trades, Instruments, new Currencies(_risk));

        RecheckLoss();
        if (_risk.System.Any) AllBots.TellAsync(trades.Any(t => t.Pnl is not null || t.ClosedAt is not null)).Ignore();

        // A trade under an order, or under a kill, may have broken a rule: that is answered at once.
        if (_kill.Engaged || _gate.Read().Snapshot is { Kill.Engaged: true } || trades.Any(t => t.OrderId is not null)) EvaluateAsync(mayRise: false).Ignore();
        return receipt;
    });

    public Task<TraceReceipt> RecordCycles(ImmutableArray<CycleTrace> cycles) => IfRegistered(() => _traces.RecordAsync(Id, cycles));

    public Task<TracePage<RecordedDecision>> GetDecisions(int limit, string? before) => State.Spec is null
        ? Task.FromResult(new TracePage<RecordedDecision>([], null, Codes.UnknownBot))
        : _reads.DecisionsAsync(Id, limit, before);

    public Task<DecisionDetail> GetDecision(string decisionId) => State.Spec is null
        ? Task.FromResult(new DecisionDetail(null, null, Codes.UnknownBot))
        : _reads.DecisionAsync(Id, decisionId);

    public Task<TracePage<RecordedNoTrade>> GetNoTrades(int limit, string? before, string? reason) => State.Spec is null
        ? Task.FromResult(new TracePage<RecordedNoTrade>([], null, Codes.UnknownBot))
        : _reads.NoTradesAsync(Id, limit, before, reason);

    public Task<TracePage<TradeTrace>> GetTrades(int limit, string? before) => State.Spec is null
        ? Task.FromResult(new TracePage<TradeTrace>([], null, Codes.UnknownBot))
        : _reads.TradesAsync(Id, limit, before);

    public Task<FunnelReading> GetFunnel() => State.Spec is null
        ? Task.FromResult(new FunnelReading(null, null, null, null, 0, Codes.UnknownBot))
        : _reads.FunnelAsync(Id);

    private Task<TraceReceipt> IfRegistered(Func<Task<TraceReceipt>> record) =>
        State.Spec is null ? Task.FromResult(TraceReceipt.None(Codes.UnknownBot)) : record();
}
