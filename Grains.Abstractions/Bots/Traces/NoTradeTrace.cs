using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>Why a bot did not trade.</summary>
/// <param name="NoTradeId">Idempotency key within the bot, 1 to 100 characters.</param>
/// <param name="Symbol">Null when it is not about one instrument.</param>
/// <param name="Reasons">1 to 20.</param>
[GenerateSerializer, Immutable, Alias("cp.NoTradeTrace")]
public sealed record NoTradeTrace(
    [property: Id(0)] string NoTradeId,
    [property: Id(1)] DateTimeOffset OccurredAt,
    [property: Id(2)] string? Symbol,
    [property: Id(3)] ImmutableArray<NoTradeReason> Reasons,
    [property: Id(4)] string? TraceId);

/// <summary>One reason for not trading.</summary>
/// <param name="Code">One of <see cref="NoTradeCodes"/>.</param>
/// <param name="Rule">The rule that held it back, for example <c>max_order_notional</c>.</param>
[GenerateSerializer, Immutable, Alias("cp.NoTradeReason")]
public sealed record NoTradeReason(
    [property: Id(0)] string Code,
    [property: Id(1)] string? Rule,
    [property: Id(2)] decimal? Threshold,
    [property: Id(3)] decimal? Actual,
    [property: Id(4)] string? Detail);

/// <summary>One no-trade, or several equal neighbours folded into one: the same symbol and the same codes and rules, in a row.
/// Thresholds, values and details are those of the last.</summary>
/// <param name="NoTradeId">Id of the first.</param>
/// <param name="Count">How many were folded; at least 1.</param>
/// <param name="TraceId">Trace of the last that had one.</param>
[GenerateSerializer, Immutable, Alias("cp.RecordedNoTrade")]
public sealed record RecordedNoTrade(
    [property: Id(0)] string NoTradeId,
    [property: Id(1)] string? Symbol,
    [property: Id(2)] ImmutableArray<NoTradeReason> Reasons,
    [property: Id(3)] long Count,
    [property: Id(4)] DateTimeOffset FirstAt,
    [property: Id(5)] DateTimeOffset LastAt,
    [property: Id(6)] string? TraceId);

/// <summary>Codes of no-trades.</summary>
public static class NoTradeCodes
{
    public const string RiskLimit = "RISK_LIMIT";
    public const string DataMissing = "DATA_MISSING";
    public const string DataStale = "DATA_STALE";
    public const string RegimeMismatch = "REGIME_MISMATCH";
    public const string Cooldown = "COOLDOWN";
    public const string GateBlocked = "GATE_BLOCKED";
    public const string LowConfidence = "LOW_CONFIDENCE";
    public const string NoSignal = "NO_SIGNAL";
    public const string PositionLimit = "POSITION_LIMIT";
    public const string MarketClosed = "MARKET_CLOSED";
    public const string Error = "ERROR";

    public static ImmutableArray<string> All { get; } =
    [
        RiskLimit, DataMissing, DataStale, RegimeMismatch, Cooldown, GateBlocked, LowConfidence, NoSignal, PositionLimit, MarketClosed, Error,
    ];
}
