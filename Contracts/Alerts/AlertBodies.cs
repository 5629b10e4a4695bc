namespace ControlPlane.Contracts;

/// <summary>An alert: one cause, opened once and resolved once.</summary>
/// <param name="Kind">For example <c>system_blocked</c>, <c>runner_lost</c>, <c>kill_engaged</c>.</param>
/// <param name="Subject"><c>system</c>, <c>audit</c>, <c>integration/ID</c>, <c>bot/ID</c> or <c>node/NAME</c>.</param>
/// <param name="Since">Since when the cause stands, as far as that is known.</param>
/// <param name="ResolvedAt">Null while it is open.</param>
public sealed record AlertRow(
    string AlertId,
    string Kind,
    AlertSeverity Severity,
    string Subject,
    string Message,
    string? SuggestedFix,
    DateTimeOffset Since,
    DateTimeOffset OpenedAt,
    DateTimeOffset? ResolvedAt,
    string? AcknowledgedBy,
    DateTimeOffset? AcknowledgedAt,
    string? AcknowledgeReason,
    IReadOnlyList<AlertDeliveryRow> Deliveries);

/// <summary>A message to a channel.</summary>
/// <param name="At">Its last attempt, or when it was made while there was none.</param>
/// <param name="ErrorCode">Why the last attempt failed; null when it did not.</param>
/// <param name="HeldUntil">End of the quiet hours that hold it, or null.</param>
public sealed record AlertDeliveryRow(
    string Channel, AlertEvent Event, DateTimeOffset At, AlertNoticeStatus Status, string? ErrorCode, int Attempts, DateTimeOffset? HeldUntil, string MessageTraceId);

/// <summary>An alert after it was acknowledged.</summary>
public sealed record AlertAnswerBody(AlertRow Alert, string TraceId);

/// <summary>A request to test channels.</summary>
public sealed record AlertTestRequest
{
    /// <summary>Name of a channel; null for all of them.</summary>
    public string? Channel { get; init; }
}

/// <summary>What came of a test.</summary>
/// <param name="Delivered">True when every message arrived.</param>
public sealed record AlertTestAnswer(bool Delivered, IReadOnlyList<AlertDeliveryRow> Results, string TraceId);

/// <summary>How a configured channel stands.</summary>
/// <param name="FailingSince">Null while its last message arrived.</param>
/// <param name="ProvenAt">Its last delivery or successful test; null before the first.</param>
public sealed record AlertChannelRow(string Channel, DateTimeOffset? FailingSince, string? ErrorCode, DateTimeOffset? ProvenAt);

/// <summary>The channels of the alerts.</summary>
public sealed record AlertChannelsAnswer(IReadOnlyList<AlertChannelRow> Channels, string TraceId);
