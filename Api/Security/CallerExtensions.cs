using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Api.Security;

/// <summary>Who makes a request.</summary>
internal static class CallerExtensions
{
    public const string BotClaim = "bot_id";

    /// <summary>The highest role of a caller who is known.</summary>
    public static string Role(this HttpContext context) => context.User.Identity?.Name ?? "";

    /// <summary>The bot whose own token the caller holds, or null.</summary>
    public static string? BotId(this HttpContext context) => context.User.FindFirst(BotClaim)?.Value;

    /// <summary>The caller as grains know it: signed, since this node has authenticated the request. A node that is not ready may have other tokens
    /// than the cluster. It makes nobody an operator, so that nothing is loosened through it.</summary>
    public static Caller Caller(this HttpContext context)
    {
        var caller = new Caller(context.BotId() is { } bot ? $"bot/{bot}" : context.Role(), context.Role(), context.TraceId());
        var services = context.RequestServices;
        return ReadyNode.Reason(services.GetRequiredService<NodeGate>().Read()) is null ? services.GetRequiredService<CallerSignatures>().Sign(caller) : caller;
    }
}
