using ControlPlane.Api.Http;

namespace ControlPlane.Api.Security;

/// <summary>Refuses credentials in a query string, where logs, histories and referrers would keep them; before routing, so before any upgrade.</summary>
internal sealed class QueryTokens(RequestDelegate next)
{
    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "access_token", "token", "bearer", "authorization", "auth_token", "api_key", "apikey",
    };

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.QueryString.HasValue || !context.Request.Query.Keys.Any(s_names.Contains)) return next(context);

        // Whatever writes about this request from here on must not find it.
        context.Request.QueryString = QueryString.Empty;
        return new ProblemResult(Problems.Unauthenticated("A credential in a query string is refused.")).ExecuteAsync(context);
    }
}
