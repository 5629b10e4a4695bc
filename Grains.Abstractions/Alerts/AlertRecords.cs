using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>An alert: one cause, opened once and resolved once.</summary>
[GenerateSerializer, Immutable, Alias("cp.AlertRecord")]
public sealed record AlertRecord
{
    [Id(0)] public required string AlertId { get; init; }

    /// <summary>One of <see cref="AlertKinds"/>.</summary>
    [Id(1)] public required string Kind { get; init; }
    [Id(2)] public required AlertSeverity Severity { get; init; }

    /// <summary>For example <c>system</c>, <c>integration/polygon</c>, <c>bot/momentum-es</c>.</summary>
    [Id(3)] public required string Subject { get; init; }
    [Id(4)] public required string Message { get; init; }
    [Id(5)] public string? SuggestedFix { get; init; }

    /// <summary>Since when the cause stands, as far as that is known.</summary>
    [Id(6)] public DateTimeOffset Since { get; init; }
    [Id(7)] public required DateTimeOffset OpenedAt { get; init; }
    [Id(8)] public DateTimeOffset? ResolvedAt { get; init; }
    [Id(9)] public string? AcknowledgedBy { get; init; }
    [Id(10)] public DateTimeOffset? AcknowledgedAt { get; init; }
    [Id(11)] public string? AcknowledgeReason { get; init; }
    [Id(12)] public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>Time of its last opening, repetition or escalation.</summary>
    [Id(13)] public DateTimeOffset NotifiedAt { get; init; }

    /// <summary>Keys of the causes that the alert stands for; several when they came together.</summary>
    [Id(14)] public ImmutableArray<string> Causes { get; init; } = [];

    public bool Open => ResolvedAt is null;
}

/// <summary>A message to a channel. The content is that of its alert.</summary>
/// <param name="NotBefore">End of the quiet hours that hold it, or null.</param>
/// <param name="ErrorCode">Why the last attempt failed; never a text of the provider.</param>
[GenerateSerializer, Immutable, Alias("cp.AlertNotice")]
public sealed record AlertNotice(
    [property: Id(0)] Guid NoticeId,
    [property: Id(1)] string AlertId,
    [property: Id(2)] string Channel,
    [property: Id(3)] AlertEvent Event,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] DateTimeOffset? NotBefore,
    [property: Id(6)] string TraceId)
{
    [Id(7)] public AlertNoticeStatus Status { get; init; }
    [Id(8)] public int Attempts { get; init; }
    [Id(9)] public DateTimeOffset? LastAttemptAt { get; init; }
    [Id(10)] public string? ErrorCode { get; init; }

    public bool Finished => Status != AlertNoticeStatus.Pending;
}

/// <summary>How a channel stands.</summary>
/// <param name="FailingSince">Since its last delivery or test failed; null while they succeed.</param>
/// <param name="ProvenAt">Its last delivery or successful test.</param>
[GenerateSerializer, Immutable, Alias("cp.AlertChannelStanding")]
public sealed record AlertChannelStatus(
    [property: Id(0)] string Channel,
    [property: Id(1)] DateTimeOffset? FailingSince,
    [property: Id(2)] string? ErrorCode,
    [property: Id(3)] DateTimeOffset? ProvenAt)
{
    /// <summary>Time of the last attempt to send to it.</summary>
    [Id(4)] public DateTimeOffset? TriedAt { get; init; }
}

/// <summary>The words of <see cref="AlertRecord.Kind"/>.</summary>
public static class AlertKinds
{
    public const string SystemBlocked = "system_blocked";
    public const string SystemReducing = "system_reducing";
    public const string KillEngaged = "kill_engaged";
    public const string LiveArmed = "live_armed";
    public const string RunnerLost = "runner_lost";
    public const string KeyRefused = "key_refused";
    public const string KeyExpiring = "key_expiring";
    public const string UsageLost = "usage_lost";
    public const string StoreTrouble = "store_trouble";
    public const string AuditBroken = "audit_broken";
    public const string NodeNotReady = "node_not_ready";
    public const string BotBlind = "bot_blind";
    public const string DailyLoss = "daily_loss";
    public const string Test = "test";
}
