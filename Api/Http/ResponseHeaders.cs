using Microsoft.AspNetCore.StaticAssets;

namespace ControlPlane.Api.Http;

/// <summary>Headers of every answer, set last so that nothing on the way can lose them.</summary>
internal sealed class ResponseHeaders(RequestDelegate next)
{
    public const string TraceHeader = "X-Trace-Id";

    // The page runs WebAssembly and nothing inline; it talks to its own origin only.
    internal const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state => Apply((HttpContext)state), context);
        return next(context);
    }

    private static Task Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[TraceHeader] = context.TraceId();
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        if (!IsStaticFile(context)) headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }

    private static bool IsStaticFile(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null && context.Response.StatusCode < 400;
}
