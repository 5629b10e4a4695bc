using System.Collections.Frozen;
using ControlPlane.Grains.Gateway.Upstreams;
using Microsoft.Extensions.Primitives;

namespace ControlPlane.Api.Gateway;

/// <summary>Which headers pass through, in either direction.</summary>
internal static class HeaderRules
{
    private const string OwnPrefix = "X-Control-Plane-";

    private static readonly FrozenSet<string> s_hopByHop = Set(
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Authentication-Info", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "HTTP2-Settings");

    private static readonly FrozenSet<string> s_notSent = Set(
        "Host", "Cookie", "Cookie2", "Expect", "Accept-Encoding", "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Fastly-Client-IP",
        "X-ProxyUser-Ip", "X-Original-URL", "X-Rewrite-URL", "X-Original-Host", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override",
        "traceparent", "tracestate", "baggage", "Correlation-Context", "Request-Id", "X-Request-Start", "X-Trace-Id", "X-Amzn-Trace-Id", "X-Cloud-Trace-Context", "b3", "uber-trace-id",
        "Sec-WebSocket-Extensions", "Origin", "Referer", "Max-Forwards", "CDN-Loop", "Early-Data");

    private static readonly string[] s_notSentPrefixes = ["X-Forwarded-", OwnPrefix, "X-B3-", "X-Datadog-", "X-Envoy-", "Sec-Fetch-", "Sec-CH-"];

    private static readonly FrozenSet<string> s_notAnswered = Set(
        "Set-Cookie", "Set-Cookie2", "Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "Via", "Forwarded", "X-Real-IP", "X-Backend", "X-Backend-Server", "X-Upstream",
        "X-Served-By", "X-Server", "X-Host", "X-Hostname", "X-Instance", "X-Instance-Id", "X-Node", "X-Runtime", "X-Debug", "Alt-Svc", "Strict-Transport-Security", "Public-Key-Pins", "Clear-Site-Data",
        "NEL", "Report-To", "Reporting-Endpoints", "Refresh", "Content-Location", "traceparent", "tracestate", "baggage", "X-Trace-Id", "Proxy-Status", "Service-Worker-Allowed", "SourceMap");

    private static readonly string[] s_notAnsweredPrefixes = ["X-Forwarded-", OwnPrefix, "X-Envoy-", "X-Backend-", "X-Upstream-", "X-B3-", "X-Datadog-"];

    /// <summary>Names that the caller's <c>Connection</c> lists: they are meant for us.</summary>
    public static HashSet<string>? Listed(StringValues connection)
    {
        HashSet<string>? listed = null;
        foreach (var value in connection)
        {
            foreach (var name in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) (listed ??= new(StringComparer.OrdinalIgnoreCase)).Add(name);
        }

        return listed;
    }

    /// <param name="listed">Of <see cref="Listed"/>.</param>
    public static bool IsSent(string name, StringValues values, HashSet<string>? listed, CallerSlots slots)
    {
        // The credential goes even where a caller hides it behind Connection; a name with a colon is HTTP/2's own.
        if (name.StartsWith(':') || s_hopByHop.Contains(name) || s_notSent.Contains(name) || slots.Headers.Contains(name) || listed?.Contains(name) == true) return false;
        return !HasPrefix(name, s_notSentPrefixes) && !values.Any(value => value is not null && CallerTokenReader.MayHoldToken(value));
    }

    /// <param name="status">Of the answer: where a redirect leads is not told, for whoever followed it would take a credential along.</param>
    public static bool IsAnswered(string name, int status) =>
        !s_notAnswered.Contains(name) && !HasPrefix(name, s_notAnsweredPrefixes) && !(status is >= 300 and < 400 && name.Equals("Location", StringComparison.OrdinalIgnoreCase));

    private static bool HasPrefix(string name, string[] prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
