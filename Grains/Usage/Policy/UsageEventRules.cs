using System.Buffers;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Usage.Policy;

/// <summary>The form of an event, whoever brings it: callers inside the cluster have come through no parser.</summary>
internal static class UsageEventRules
{
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    /// <summary>The rule that the event breaks, or null.</summary>
    public static string? Broken(UsageEvent e)
    {
        if (e.EventId == Guid.Empty) return "event_id must be a UUID.";
        if (!PlainText.Is(e.Operation, UsageLimits.MaxOperation) || e.Operation.AsSpan().ContainsAny('?', '#')) return "operation must be one short line without a query.";
        if (!IsOptional(e.UserId)) return "user_id must be one short line.";
        if (!IsOptional(e.BotId)) return "bot_id must be one short line.";
        if (!IsOptional(e.ErrorCode)) return "error_code must be one short line.";
        if (e.Status is < UsageStatus.Ok or > UsageStatus.RateLimited) return "status must be ok, error, timeout or rate_limited.";
        if (e.HttpStatus is < 100 or > 599) return "http_status must be from 100 to 599.";
        if (e.LatencyMs is < 0 or > UsageLimits.MaxLatencyMs) return $"latency_ms must be from 0 to {UsageLimits.MaxLatencyMs}.";
        if (e.Source is < UsageSource.Reported or > UsageSource.Observed) return "source must be reported or observed.";
        if (e.InputTokens < 0 || e.OutputTokens < 0) return "tokens must be 0 or more.";
        return e.TraceId is null || (e.TraceId.Length == 32 && !e.TraceId.AsSpan().ContainsAnyExcept(s_hex)) ? null : "trace_id must be 32 lower-case hex characters.";
    }

    private static bool IsOptional(string? text) => text is null || PlainText.Is(text, UsageLimits.MaxText);
}
