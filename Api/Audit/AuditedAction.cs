using ControlPlane.Api.Http;

namespace ControlPlane.Api.Audit;

/// <summary>What the audit log calls a write.</summary>
/// <param name="Name">For example <c>kill.engage</c>.</param>
/// <param name="Subject"><c>system</c>, or the kind of thing that a route value names.</param>
/// <param name="RouteValue">Route value that holds the subject's id, or null.</param>
internal sealed record AuditedAction(string Name, string Subject, string? RouteValue)
{
    /// <summary>For example <c>bot/momentum-es</c>; an id that could not be one is not repeated.</summary>
    public string Target(HttpContext context)
    {
        if (RouteValue is null) return Subject;
        var id = context.GetRouteValue(RouteValue) as string;
        return TextRules.IsBotId(id) || TextRules.IsProviderId(id) ? $"{Subject}/{id}" : Subject;
    }
}

/// <summary>Why a write is not in the audit log.</summary>
internal sealed record NotAuditedReason(string Why);

internal static class AuditedActionMetadata
{
    /// <summary>The endpoint is no act of a person or runner, or records itself elsewhere. Every write says one or the other.</summary>
    public static TBuilder NotAudited<TBuilder>(this TBuilder endpoint, string why)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NotAuditedReason(why));

    /// <summary>The endpoint is a write that the audit log names so.</summary>
    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder endpoint, string name, string subject = "system", string? routeValue = null) =>
        endpoint.WithMetadata(new AuditedAction(name, subject, routeValue));
}
