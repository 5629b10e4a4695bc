using System.Diagnostics;

namespace ControlPlane.Api.Http;

/// <summary>Requests that may be answered in front of routing: a GET without a body, a cookie or anybody who traces it. All else goes the long way.</summary>
internal static class PlainRead
{
    public static bool Is(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.ContentLength is null
        && request.Headers.TransferEncoding.Count == 0
        && request.Headers.Cookie.Count == 0
        && Activity.Current is null;

    /// <summary>The trace id of a request that has none yet: the caller's own, or a new one.</summary>
    public static string TraceIdOf(HttpRequest request) =>
        RequestTrace.FromHeader(request.Headers.TraceParent) ?? ActivityTraceId.CreateRandom().ToHexString();
}
