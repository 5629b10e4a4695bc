namespace ControlPlane.Contracts;

/// <summary>Why a bot did not trade.</summary>
public sealed record NoTradeRequest
{
    /// <summary>Idempotency key; made up when absent.</summary>
    public string? NoTradeId { get; init; }
    public DateTimeOffset? OccurredAt { get; init; }
    public string? Symbol { get; init; }
    public IReadOnlyList<NoTradeReasonRow?>? Reasons { get; init; }
    public string? TraceId { get; init; }
}

/// <summary>One reason for not trading.</summary>
/// <param name="Code">RISK_LIMIT, DATA_MISSING, DATA_STALE, REGIME_MISMATCH, COOLDOWN, GATE_BLOCKED, LOW_CONFIDENCE, NO_SIGNAL,
/// POSITION_LIMIT, MARKET_CLOSED or ERROR.</param>
/// <param name="Rule">The rule that held it back, for example <c>max_order_notional</c>.</param>
public sealed record NoTradeReasonRow(string? Code, string? Rule, decimal? Threshold, decimal? Actual, string? Detail);

/// <summary>One no-trade, or several equal neighbours folded into one.</summary>
/// <param name="Count">How many were folded; at least 1.</param>
public sealed record NoTradeRow(
    string NoTradeId,
    string BotId,
    string? Symbol,
    IReadOnlyList<NoTradeReasonRow> Reasons,
    long Count,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt,
    string? TraceId);
