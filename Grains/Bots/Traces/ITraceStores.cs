using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Bots.Traces;

/// <summary>What became of one trace of a call.</summary>
public enum TraceWrite
{
    /// <summary>Its id is known, with the same content or with content that adds nothing.</summary>
    Duplicate = 0,
    Written = 1,

    /// <summary>Its id is known with content that contradicts this one; nothing was written.</summary>
    Conflict = 2,
}

/// <summary>The table <c>decision_traces</c>. Every method of these stores throws when the store cannot be read or written.
/// What an append reports as written is on disk; the traces of one call are committed together; an id is taken once a bot.</summary>
public interface IDecisionStore
{
    Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<DecisionTrace> decisions, CancellationToken cancellationToken);

    /// <summary>Newest first by the time of the decision, each with its trade: the one that it names, or that names it.</summary>
    Task<Page<RecordedDecision>> PageAsync(string botId, int limit, string? before, CancellationToken cancellationToken);

    Task<RecordedDecision?> FindAsync(string botId, string decisionId, CancellationToken cancellationToken);

    /// <summary>Removes what is older; returns how many went.</summary>
    Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken);
}

/// <summary>The table <c>no_trade_traces</c>, with <c>no_trade_reasons</c> and, one row for every no-trade before folding, <c>no_trade_ids</c>.</summary>
public interface INoTradeStore
{
    /// <summary>A no-trade that equals the bot's newest one is folded into it.</summary>
    Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<NoTradeTrace> noTrades, CancellationToken cancellationToken);

    /// <summary>Newest first by the last time of each.</summary>
    /// <param name="code">Only no-trades with a reason of this code, or null.</param>
    Task<Page<RecordedNoTrade>> PageAsync(string botId, string? code, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>By code since <paramref name="from"/>, the most frequent first.</summary>
    Task<ImmutableArray<NoTradeReasonCount>> CountReasonsAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Removes folds whose last no-trade is older; returns how many no-trades went.</summary>
    Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken);
}

/// <summary>The table <c>trade_log</c>.</summary>
public interface ITradeStore
{
    /// <summary>A known trade is completed as <see cref="Policy.TradeMerge"/> says. Orders are filled and positions moved in the same transaction.</summary>
    /// <param name="names">In which symbols are the same; null for their canonical form without aliases.</param>
    Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<TradeTrace> trades, CancellationToken cancellationToken, SymbolNames? names = null);

    /// <summary>Newest first by the time of opening.</summary>
    Task<Page<TradeTrace>> PageAsync(string botId, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>Removes closed trades that were closed before; open ones are positions and stay. Returns how many went.</summary>
    Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken);
}

/// <summary>The table <c>bot_cycles</c>.</summary>
public interface ICycleStore
{
    /// <summary>A known cycle with another end is a conflict: a cycle ends once.</summary>
    Task<ImmutableArray<TraceWrite>> AppendAsync(string botId, IReadOnlyList<CycleTrace> cycles, CancellationToken cancellationToken);

    Task<BotFunnel> ReadFunnelAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken);

    Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken);
}

/// <summary>Usage events of one trace.</summary>
public interface ITraceUsageStore
{
    /// <summary>Calls of the bot under this trace within the time, newest first.</summary>
    Task<ImmutableArray<UsageEvent>> ReadTraceAsync(
        string botId, string traceId, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken);
}
