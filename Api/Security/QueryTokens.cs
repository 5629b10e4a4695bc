using ControlPlane.Api.Http;
using ControlPlane.Api.Live.Hub;

namespace ControlPlane.Api.Security;

/// <summary>Refuses credentials in a query string, where logs, histories and referrers would keep them; before routing, so before any upgrade.</summary>
/// <remarks>Browsers can't give a WebSocket or an event source a header: to the hub alone, <c>access_token</c> is that header.</remarks>
internal sealed class QueryTokens(RequestDelegate next)
{
    private const string HubToken = "access_token";

    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "access_token", "token", "bearer", "authorization", "auth_token", "api_key", "apikey",
    };

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.QueryString.HasValue || !context.Request.Query.Keys.Any(s_names.Contains)) return next(context);

        if (IsHubToken(context.Request, out var token))
        {
            context.Request.Headers.Authorization = $"Bearer {token}";
            context.Request.QueryString = QueryString.Create(context.Request.Query.Where(pair => pair.Key != HubToken));
            return next(context);
        }

        // Whatever writes about this request from here on must not find it.
        context.Request.QueryString = QueryString.Empty;
        return new ProblemResult(Problems.Unauthenticated("A credential in a query string is refused.")).ExecuteAsync(context);
    }

    private static bool IsHubToken(HttpRequest request, out string? token)
    {
        token = null;
        if (!request.Path.StartsWithSegments(HubEndpoints.Route, StringComparison.OrdinalIgnoreCase) || request.Headers.Authorization.Count > 0) return false;
        if (request.Query.Keys.Count(s_names.Contains) != 1 || request.Query[HubToken] is not [{ Length: > 0 } value]) return false;
        token = value;
        return true;
    }
}
