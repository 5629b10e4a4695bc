using System.Buffers;
using System.Diagnostics;

namespace ControlPlane.Api.Http;

/// <summary>Gives every request a W3C trace id: the caller's own when its <c>traceparent</c> is well-formed, else a new one.</summary>
internal sealed class RequestTrace(RequestDelegate next)
{
    internal const string ItemKey = "ControlPlane.TraceId";
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    public async Task InvokeAsync(HttpContext context)
    {
        // The framework makes an activity only when somebody traces or logs requests; the log needs the id in any case.
        using var own = Activity.Current is { IdFormat: ActivityIdFormat.W3C } ? null : Start(context.Request.Headers.TraceParent);
        context.Items[ItemKey] = FromHeader(context.Request.Headers.TraceParent) ?? Activity.Current!.TraceId.ToHexString();
        await next(context);
    }

    private static Activity Start(string? traceParent)
    {
        var activity = new Activity("request");
        if (FromHeader(traceParent) is not null) activity.SetParentId(traceParent!);
        return activity.Start();
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

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(s_hex);

    private static bool IsId(ReadOnlySpan<char> text) => IsHex(text) && text.ContainsAnyExcept('0');
}

internal static class RequestTraceExtensions
{
    /// <summary>The id, 32 lower-case hex characters. The same for the header, the body and the log.</summary>
    public static string TraceId(this HttpContext context) => (string)context.Items[RequestTrace.ItemKey]!;
}
