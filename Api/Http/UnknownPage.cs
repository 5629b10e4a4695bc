using System.Net.Mime;
using Microsoft.AspNetCore.Diagnostics;

namespace ControlPlane.Api.Http;

/// <summary>Answers a person at an address that is none with the page's own view for it, and 404: it works like every other view.</summary>
internal sealed class UnknownPage(RequestDelegate next)
{
    private const string View = "/not-found";

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Response is not { HasStarted: false, StatusCode: StatusCodes.Status404NotFound, ContentType: null } || !IsPage(context.Request)) return;
        var asked = context.Request.Path;
        context.Features.Set<IStatusCodeReExecuteFeature>(new StatusCodeReExecuteFeature { OriginalPath = asked, OriginalPathBase = context.Request.PathBase });
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        context.Request.Path = View;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Path = asked;
        }
    }

    private static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && !GuardedPaths.Contains(request.Path)
        && request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase);
}
