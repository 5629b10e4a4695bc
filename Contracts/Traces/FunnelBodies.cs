namespace ControlPlane.Contracts;

/// <summary>One finished cycle of a bot: it looked at the market once.</summary>
public sealed record CycleRequest
{
    public string? CycleId { get; init; }
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary><c>traded</c>, <c>no_signal</c>, <c>suppressed</c> or <c>error</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>Signals found in this cycle, of which so many survived the risk check, were sent, were filled.</summary>
    public int? Signals { get; init; }
    public int? SurvivedRisk { get; init; }
    public int? Sent { get; init; }
    public int? Filled { get; init; }
    public string? TraceId { get; init; }
}

/// <summary>From cycles to fills over the last 24 hours. All figures null when they could not be read.</summary>
public sealed record FunnelAnswer(
    string BotId,
    DateTimeOffset AsOf,
    long WindowS,
    long? Cycles,
    long? Signals,
    long? SurvivedRisk,
    long? Sent,
    long? Filled,
    CycleOutcomesRow? Outcomes,
    IReadOnlyList<NoTradeReasonCountRow>? NoTradeReasons,
    BlindRow? Blind,
    DateTimeOffset? LastCycleAt,
    IReadOnlyList<UnavailableRow> Unavailable,
    string TraceId);

/// <summary>Cycles by outcome; they add up to the cycles.</summary>
public sealed record CycleOutcomesRow(long Traded, long NoSignal, long Suppressed, long Error);

/// <summary>How often a reason held a trade back.</summary>
public sealed record NoTradeReasonCountRow(string Code, long Count, DateTimeOffset LastAt);

/// <summary>Whether the bot cycles without a signal for far longer than is usual for it.</summary>
/// <param name="UsualCycles">Cycles between signals that 95 % of its gaps stay below; null without enough gaps.</param>
public sealed record BlindRow(bool Blind, long CyclesSinceSignal, double? UsualCycles, DateTimeOffset? Since, string Message);
