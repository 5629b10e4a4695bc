using ControlPlane.Api.Http;
using ControlPlane.Api.Session;

namespace ControlPlane.Api.Security;

/// <summary>A write with a session cookie needs the page's own <c>Origin</c>. Another site's page can make a browser send the cookie, but not that.</summary>
internal sealed class SameOrigin(RequestDelegate next, PageOrigin page)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (IsRead(context.Request.Method) || context.Features.Get<ActiveSession>() is null || page.Matches(context.Request))
            return next(context);
        return new ProblemResult(Problems.Forbidden("A write with a session needs the Origin of this control plane.")).ExecuteAsync(context);
    }

    private static bool IsRead(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
