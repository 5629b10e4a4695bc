using System.Buffers;
using System.Diagnostics;

namespace ControlPlane.Api.Http;

/// <summary>The W3C trace id of a request: the caller's own when its <c>traceparent</c> is well-formed, else a new one.</summary>
internal static class RequestTrace
{
    private static readonly object s_key = new();
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    /// <summary>The id, 32 lower-case hex characters. The same for the header, the body and the log.</summary>
    public static string TraceId(this HttpContext context)
    {
        if (context.Items.TryGetValue(s_key, out var known) && known is string traceId) return traceId;
        traceId = FromHeader(context.Request.Headers.TraceParent) ?? FromActivity() ?? ActivityTraceId.CreateRandom().ToHexString();
        context.Items[s_key] = traceId;
        return traceId;
    }

    // Only version 00 has a fixed length; of a later version the first four fields read the same way.
    internal static string? FromHeader(string? traceParent)
    {
        if (traceParent is null || traceParent.Length < 55 || (traceParent.Length > 55 && traceParent[55] != '-')) return null;
        if (traceParent.StartsWith("00", StringComparison.Ordinal) && traceParent.Length != 55) return null;
        if (traceParent.StartsWith("ff", StringComparison.Ordinal)) return null;
        if (traceParent[2] != '-' || traceParent[35] != '-' || traceParent[52] != '-') return null;
        var trace = traceParent.AsSpan(3, 32);
        return IsHex(traceParent.AsSpan(0, 2)) && IsHex(traceParent.AsSpan(53, 2)) && IsId(trace) && IsId(traceParent.AsSpan(36, 16))
            ? trace.ToString()
            : null;
    }

    private static string? FromActivity() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : null;

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(s_hex);

    private static bool IsId(ReadOnlySpan<char> text) => IsHex(text) && text.ContainsAnyExcept('0');
}
