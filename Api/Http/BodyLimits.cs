using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Api.Http;

/// <summary>Below the API's roots every body is limited where it is read. The server's own limit is off there: it aborts the connection, and many
/// clients then never see the 413. Elsewhere there is nothing to write to.</summary>
internal sealed class BodyLimits(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (GuardedPaths.Contains(context.Request.Path))
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
            return next(context);
        }

        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) return next(context);
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = "GET, HEAD";
        return Task.CompletedTask;
    }
}
