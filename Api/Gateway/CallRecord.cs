using System.Net;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Gateway;

/// <summary>What there is to tell of a call: one usage event once it was tried to send, however it ends.</summary>
/// <param name="tokens">Whether the provider's answers may tell tokens.</param>
internal sealed class CallRecord(string provider, string label, string botId, string traceId, bool tokens, TimeProvider time)
{
    private DateTimeOffset _sentAt;
    private long _sentStamp;
    private long _answeredStamp;
    private int? _status;
    private ModelTokens? _tokens;

    /// <summary>True when it was tried to send.</summary>
    public bool WasSent => _sentStamp != 0;

    /// <summary>True when the head of an answer came.</summary>
    public bool WasAnswered => _status is not null;

    public void Sent() => (_sentAt, _sentStamp) = (time.GetUtcNow(), time.GetTimestamp());

    public void Answered(HttpStatusCode status, string? mediaType)
    {
        (_status, _answeredStamp) = ((int)status, time.GetTimestamp());
        if (tokens) _tokens = new ModelTokens(mediaType);
    }

    /// <summary>A piece of the answer's body; an empty one ends it.</summary>
    public void Seen(ReadOnlySpan<byte> piece) => _tokens?.Take(piece);

    /// <param name="ending">How the call ended beyond the answer's status; null: whole.</param>
    public UsageCall ToCall(CallFault? ending) => new()
    {
        Provider = provider,
        Operation = label,
        BotId = botId,
        TraceId = traceId,
        OccurredAt = _sentAt,
        Source = UsageSource.Observed,
        Status = StatusOf(ending),
        HttpStatus = ending == CallFault.BrokenOff ? null : _status,
        ErrorCode = ending switch
        {
            CallFault.ClientLeft => "client_left",
            CallFault.BrokenOff => "broken_off",
            CallFault.TimedOut => "no_answer",
            CallFault.Unreachable => "not_connected",
            _ => null,
        },
        LatencyMs = (int)Math.Min(time.GetElapsedTime(_sentStamp, _answeredStamp == 0 ? time.GetTimestamp() : _answeredStamp).TotalMilliseconds, UsageLimits.MaxLatencyMs),
        InputTokens = _tokens?.Input,
        OutputTokens = _tokens?.Output,
    };

    /// <summary>A bot that leaves says nothing against the provider that was answering.</summary>
    private UsageStatus StatusOf(CallFault? ending) => ending switch
    {
        CallFault.BrokenOff or CallFault.Unreachable => UsageStatus.Error,
        CallFault.TimedOut => UsageStatus.Timeout,
        CallFault.ClientLeft when _status is null => UsageStatus.Timeout,
        _ => _status switch
        {
            429 => UsageStatus.RateLimited,
            408 => UsageStatus.Timeout,
            null => UsageStatus.Error,
            < 400 => UsageStatus.Ok,
            _ => UsageStatus.Error,
        },
    };
}

/// <summary>What came between a call and its whole answer.</summary>
internal enum CallFault
{
    /// <summary>No connection, or none that held until an answer came.</summary>
    Unreachable,

    /// <summary>The provider took too long.</summary>
    TimedOut,

    /// <summary>The answer had begun, and did not come whole.</summary>
    BrokenOff,

    /// <summary>The bot went away first.</summary>
    ClientLeft,
}
