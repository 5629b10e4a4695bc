using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>What this process has learnt with the present secrets. A new process, or other secrets, start from <see cref="None"/>.</summary>
/// <param name="Conclusive">Status of the last verify that proved anything, or null.</param>
/// <param name="ConclusiveAt">Timestamp on the monotonic clock at which that verify was <b>sent</b>.</param>
/// <param name="Last">Status of the last verify of any kind.</param>
/// <param name="InconclusiveInRow">Inconclusive verifies since the last conclusive one.</param>
internal sealed record VerdictRecord(
    VerifyStatus? Conclusive,
    long ConclusiveAt,
    DateTimeOffset ConclusiveWallClock,
    VerifyStatus? Last,
    int InconclusiveInRow,
    string? LastCode,
    string? LastMessage,
    string? LastFix,
    string? TraceId)
{
    /// <summary>What the last conclusive verify said about the key's rights; empty unless it was good.</summary>
    public ImmutableArray<CapabilityFinding> Findings { get; init; } = [];

    /// <summary>The environment and host of the last conclusive verify.</summary>
    public string? Environment { get; init; }
    public string? Host { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Of the last verify that had an answer.</summary>
    public int? ClockSkewSeconds { get; init; }

    /// <summary>Refusals in a row, inconclusive verifies between them not counted.</summary>
    public int RefusedInRow { get; init; }

    public static VerdictRecord None { get; } = new(null, 0, default, null, 0, null, null, null, null);

    public static bool IsGood(VerifyStatus status) => status is VerifyStatus.Valid or VerifyStatus.ValidLimited or VerifyStatus.ValidBilling;

    public bool IsVerified => Conclusive is { } status && IsGood(status);

    /// <summary>After one more verify.</summary>
    public VerdictRecord After(VerifyVerdict verdict, long sentAt, DateTimeOffset wallClock, string traceId)
    {
        var skew = verdict.ClockSkewSeconds ?? ClockSkewSeconds;
        if (verdict.Status == VerifyStatus.Inconclusive)
        {
            return this with
            {
                Last = verdict.Status, InconclusiveInRow = InconclusiveInRow + 1, LastCode = verdict.ErrorCode, LastMessage = verdict.Message, LastFix = verdict.SuggestedFix, TraceId = traceId,
                ClockSkewSeconds = skew,
            };
        }

        return new(verdict.Status, sentAt, wallClock, verdict.Status, 0, verdict.ErrorCode, verdict.Message, verdict.SuggestedFix, traceId)
        {
            Findings = verdict.Findings,
            Environment = verdict.Environment,
            Host = verdict.Host,
            ExpiresAt = verdict.ExpiresAt,
            ClockSkewSeconds = skew,
            RefusedInRow = IsGood(verdict.Status) ? 0 : RefusedInRow + 1,
        };
    }
}
