using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>What a bot did and why: the part of <see cref="IBotGrain"/> that records it and reads it back. The key is the bot's id.
/// Each call takes up to 10,000 traces; bad ones are rejected one by one, the rest are committed together.</summary>
[Alias("cp.IBotTraceGrain")]
public interface IBotTraceGrain : IGrainWithStringKey
{
    [AlwaysInterleave, Alias("RecordDecisions")]
    Task<TraceReceipt> RecordDecisions(ImmutableArray<DecisionTrace> decisions);

    [AlwaysInterleave, Alias("RecordNoTrades")]
    Task<TraceReceipt> RecordNoTrades(ImmutableArray<NoTradeTrace> noTrades);

    [AlwaysInterleave, Alias("RecordTrades")]
    Task<TraceReceipt> RecordTrades(ImmutableArray<TradeTrace> trades);

    [AlwaysInterleave, Alias("RecordCycles")]
    Task<TraceReceipt> RecordCycles(ImmutableArray<CycleTrace> cycles);

    [AlwaysInterleave, Alias("GetDecisions")]
    Task<TracePage<RecordedDecision>> GetDecisions(int limit, string? before);

    /// <summary>One decision with its trade and the usage events of its trace, at most 200, newest first.</summary>
    [AlwaysInterleave, Alias("GetDecision")]
    Task<DecisionDetail> GetDecision(string decisionId);

    /// <param name="reason">One of <see cref="NoTradeCodes"/>, or null for all.</param>
    [AlwaysInterleave, Alias("GetNoTrades")]
    Task<TracePage<RecordedNoTrade>> GetNoTrades(int limit, string? before, string? reason);

    [AlwaysInterleave, Alias("GetTrades")]
    Task<TracePage<TradeTrace>> GetTrades(int limit, string? before);

    /// <summary>Counts of the last 24 hours.</summary>
    [AlwaysInterleave, Alias("GetFunnel")]
    Task<FunnelReading> GetFunnel();
}

/// <summary>The same for one trace.</summary>
public static class BotTraceCalls
{
    public static Task<TraceReceipt> RecordDecision(this IBotTraceGrain bot, DecisionTrace decision) => bot.RecordDecisions([decision]);

    public static Task<TraceReceipt> RecordNoTrade(this IBotTraceGrain bot, NoTradeTrace noTrade) => bot.RecordNoTrades([noTrade]);

    public static Task<TraceReceipt> RecordTrade(this IBotTraceGrain bot, TradeTrace trade) => bot.RecordTrades([trade]);

    public static Task<TraceReceipt> RecordCycle(this IBotTraceGrain bot, CycleTrace cycle) => bot.RecordCycles([cycle]);
}
