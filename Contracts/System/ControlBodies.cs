namespace ControlPlane.Contracts;

/// <summary>Why somebody kills, releases or disarms.</summary>
public sealed record ReasonRequest
{
    public string? Reason { get; init; }
}

/// <summary>What a kill may say about itself.</summary>
public sealed record KillRequest
{
    public string? Reason { get; init; }

    /// <summary><c>opening</c>, <c>all</c> (an operator's) or <c>none</c>; true means <c>opening</c>.</summary>
    public string? CancelOpenOrders { get; init; }
}

/// <summary>For how long LIVE is armed, and why.</summary>
public sealed record ArmRequest
{
    /// <summary>1 to 1,440.</summary>
    public int? Minutes { get; init; }
    public string? Reason { get; init; }
}

/// <summary>How many have acknowledged, of how many. Null when unknown.</summary>
public sealed record AcknowledgementRow(int? Acknowledged, int? Total);

/// <summary>The answer to a kill.</summary>
/// <param name="Durable">False while the engagement is not on disk yet; it holds in any case.</param>
/// <param name="Code">Set (503) when no gate could be reached. This node keeps the kill, is force closed and delivers it until a gate takes it.
/// <paramref name="Engaged"/> is false then.</param>
/// <param name="CancelOpenOrders">As it is carried out: <c>none</c>, <c>opening</c> or, for an operator, <c>all</c>.</param>
/// <param name="Ignored">What of the body could not be read, or means nothing here.</param>
/// <param name="Positions">What stays open; null when it could not be read.</param>
public sealed record KillAnswerBody(
    bool Engaged,
    bool Durable,
    AcknowledgementRow Nodes,
    AcknowledgementRow Runners,
    KillSwitchRow KillSwitch,
    string TraceId,
    string? Code = null,
    IReadOnlyList<UnavailableRow>? Unavailable = null,
    string CancelOpenOrders = "none",
    IReadOnlyList<KilledBrokerRow>? Brokers = null,
    IReadOnlyList<string>? Ignored = null,
    IReadOnlyList<KilledPositionRow>? Positions = null);

/// <summary>What a kill has done to the working orders at one broker.</summary>
public sealed record KilledBrokerRow(string Provider, int? Cancelled, int? Kept, int? Failed, int? Pending, string? Message);

/// <summary>A position that stays open under a kill.</summary>
/// <param name="Protected">True where a working exit covers it; null when not known.</param>
public sealed record KilledPositionRow(string BotId, string Symbol, decimal Quantity, bool? Protected);

/// <summary>The answer to a release.</summary>
public sealed record ReleaseAnswerBody(bool Engaged, KillSwitchRow KillSwitch, string TraceId);

/// <summary>The answer to a confirmation of the store.</summary>
public sealed record ConfirmStoreAnswer(bool Confirmed, string TraceId);

/// <summary>The answer to arming or disarming LIVE.</summary>
public sealed record LiveAnswerBody(bool Armed, DateTimeOffset? Until, LiveTradingRow LiveTrading, string TraceId);

/// <summary>An external component proves progress.</summary>
public sealed record ComponentHeartbeatRequest
{
    /// <summary>Changes when the component restarts.</summary>
    public string? Instance { get; init; }

    /// <summary>Grows with every heartbeat of an instance.</summary>
    public long? Sequence { get; init; }

    /// <summary>False when the component's own work failed. Default true.</summary>
    public bool? Healthy { get; init; }
}

/// <summary>Whether progress was counted, and until when it counts.</summary>
public sealed record ComponentHeartbeatAnswer(
    string Component,
    bool Counted,
    DateTimeOffset? ValidUntil,
    long ValidForMs,
    string? Why,
    string TraceId);

/// <summary>A recorded change of the system's status, a gate, a kill switch or LIVE.</summary>
/// <param name="TraceId">The trace that the change came from.</param>
public sealed record TransitionRow(
    DateTimeOffset At,
    long Epoch,
    long Version,
    string Subject,
    string From,
    string To,
    string Reason,
    string Message,
    string? By,
    string? TraceId);
