using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.Session;

namespace ControlPlane.Api.Live.Hub;

/// <summary>A browser sends the cookie with a connection that any site's page opens, but that page's origin too. Programs with a bearer token name none.</summary>
internal sealed class HubOrigin(RequestDelegate next, PageOrigin page)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(HubEndpoints.Route, StringComparison.OrdinalIgnoreCase)) return next(context);
        var bySession = context.Features.Get<ActiveSession>() is not null;
        var allowed = bySession ? page.Matches(context.Request) : !page.IsForeign(context.Request);
        return allowed
            ? next(context)
            : ((ProblemResult)Problems.Forbidden("The hub takes only the Origin of this control plane, or a bearer token without one.")).ExecuteAsync(context);
    }
}
