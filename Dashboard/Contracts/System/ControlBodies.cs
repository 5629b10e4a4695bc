namespace ControlPlane.Contracts;

/// <summary>Why somebody kills, releases or disarms.</summary>
public sealed record ReasonRequest
{
    public string? Reason { get; init; }
}

/// <summary>For how long LIVE is armed, and why.</summary>
public sealed record ArmRequest
{
    /// <summary>1 to 1,440.</summary>
    public int? Minutes { get; init; }
    public string? Reason { get; init; }
}

/// <summary>How many of those that must know do know. Null when nobody could tell.</summary>
public sealed record AcknowledgementRow(int? Acknowledged, int? Total);

/// <summary>The answer to a kill.</summary>
/// <param name="Durable">False while the engagement is not written yet; it holds all the same.</param>
/// <param name="Code">Set (503) when nobody who takes it could be reached: it is kept here and delivered until somebody does,
/// this node lets nothing pass meanwhile, and <paramref name="Engaged"/> says whether that is all there is.</param>
public sealed record KillAnswerBody(
    bool Engaged,
    bool Durable,
    AcknowledgementRow Nodes,
    AcknowledgementRow Runners,
    KillSwitchRow KillSwitch,
    string TraceId,
    string? Code = null,
    IReadOnlyList<UnavailableRow>? Unavailable = null);

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
