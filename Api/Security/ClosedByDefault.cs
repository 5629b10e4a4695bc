using ControlPlane.Api.Http;
using Microsoft.AspNetCore.Authorization;

namespace ControlPlane.Api.Security;

/// <summary>Answers 401 to callers without credentials anywhere below the API's roots, also where there is no endpoint,
/// so that nothing becomes open by being forgotten.</summary>
internal sealed class ClosedByDefault(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var open = !GuardedPaths.Contains(context.Request.Path)
            || context.User.Identity?.IsAuthenticated == true
            || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        return open ? next(context) : new ProblemResult(Problems.Unauthenticated()).ExecuteAsync(context);
    }
}
