using ControlPlane.Api.Audit;
using ControlPlane.Api.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Security;

/// <summary>Who may call an endpoint of a role: callers with the role, and a bot for its own resources.</summary>
internal static class RoleRule
{
    private const string BotsRoot = "/api/bots/{bot_id}/";

    public static bool Admits(AuthorizationHandlerContext authorization, string role)
    {
        if (authorization.Resource is not HttpContext context) return authorization.User.IsInRole(role);
        return authorization.User.IsInRole(role) ? !IsSharedTokenRefused(context) : role != Roles.Operator && IsBotsOwn(context);
    }

    /// <summary>True for the shared runner token where each bot is to bring its own. A kill is never refused.</summary>
    public static bool IsSharedTokenRefused(HttpContext context) =>
        context.Role() == Roles.Runner
        && !IsKill(context)
        && (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.StartsWith(BotsRoot, StringComparison.Ordinal) == true
        && context.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value.Access.BotTokensOnly;

    /// <summary>True for a call that engages a kill switch.</summary>
    public static bool IsKill(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<AuditedAction>() is { Name: "kill.engage" };

    private static bool IsBotsOwn(HttpContext context)
    {
        if (context.BotId() is not { } bot) return false;
        return context.GetRouteValue("bot_id") is string named
            ? string.Equals(named, bot, StringComparison.Ordinal)
            : context.GetEndpoint()?.Metadata.GetMetadata<OpenToBots>() is not null;
    }
}

/// <summary>An endpoint that is no bot's own, and that bots may call.</summary>
internal sealed record OpenToBots;

internal static class OpenToBotsExtensions
{
    public static RouteHandlerBuilder AlsoForBots(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new OpenToBots());
}
