using System.Net;
using System.Net.Mime;
using ControlPlane.Api.Cluster;
using Microsoft.AspNetCore.StaticAssets;

namespace ControlPlane.Api.Http;

/// <summary>Headers of every answer, set last so that nothing on the way can lose them.</summary>
internal sealed class ResponseHeaders(RequestDelegate next, ReadYourWritesVersion horizon)
{
    private const string StrictTransport = "max-age=31536000";

    public const string TraceHeader = "X-Trace-Id";

    // The page runs WebAssembly and nothing inline; it talks to its own origin only.
    internal const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    // Orleans' dashboard sets styles in its markup. Its scripts are as bound as ours.
    private const string OrleansDashboardPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state => Apply((HttpContext)state), context);

        // After the answer to a write, no read may be older than it.
        if (!IsRead(context.Request.Method)) context.Response.OnStarting(static state => Moved((ReadYourWritesVersion)state), horizon);
        return next(context);
    }

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static Task Moved(ReadYourWritesVersion horizon)
    {
        horizon.Move();
        return Task.CompletedTask;
    }

    private static Task Apply(HttpContext context)
    {
        Write(context.Response.Headers, context.TraceId(), kept: IsStaticFile(context));

        // A proxy that gathers a stream before it passes it on shows nothing for seconds.
        if (context.Response.ContentType?.StartsWith(MediaTypeNames.Text.EventStream, StringComparison.OrdinalIgnoreCase) == true) context.Response.Headers["X-Accel-Buffering"] = "no";
        if (context.Request.IsHttps && !IsLoopback(context.Request.Host.Host)) context.Response.Headers.StrictTransportSecurity = StrictTransport;
        if (context.Request.Path.StartsWithSegments(OrleansDashboardPages.Root, StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.ContentSecurityPolicy = OrleansDashboardPolicy;
        }

        return Task.CompletedTask;
    }

    /// <summary>Writes the headers of every answer.</summary>
    /// <param name="kept">Whether others may keep the answer.</param>
    internal static void Write(IHeaderDictionary headers, string traceId, bool kept = false)
    {
        headers[TraceHeader] = traceId;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        if (!kept) headers.CacheControl = "no-store";
    }

    /// <summary>Browsers keep it by host, whatever the port: on a developer's machine it would shut out every other program.</summary>
    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsStaticFile(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null && context.Response.StatusCode < 400;
}
