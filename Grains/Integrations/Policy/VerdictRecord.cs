using ControlPlane.Abstractions;

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
    public static VerdictRecord None { get; } = new(null, 0, default, null, 0, null, null, null, null);

    public static bool IsGood(VerifyStatus status) => status is VerifyStatus.Valid or VerifyStatus.ValidLimited or VerifyStatus.ValidBilling;

    public bool IsVerified => Conclusive is { } status && IsGood(status);

    /// <summary>After one more verify.</summary>
    public VerdictRecord After(VerifyStatus status, long sentAt, DateTimeOffset wallClock, string? code, string message, string? fix, string traceId) =>
        status == VerifyStatus.Inconclusive
            ? this with { Last = status, InconclusiveInRow = InconclusiveInRow + 1, LastCode = code, LastMessage = message, LastFix = fix, TraceId = traceId }
            : new(status, sentAt, wallClock, status, 0, code, message, fix, traceId);
}
