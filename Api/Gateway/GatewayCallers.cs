using ControlPlane.Abstractions;
using ControlPlane.Api.Security;

namespace ControlPlane.Api.Gateway;

/// <summary>Who calls.</summary>
/// <param name="LeaseEpoch">Of a lease's token; null with the bot's own.</param>
internal sealed record GatewayCaller(string BotId, long? LeaseEpoch, GatewayReach Reach);

/// <summary>Knows a bot by its own token or by that of its lease. Nobody else's token opens the gateway.</summary>
internal sealed class GatewayCallers(AccessTokens tokens, BotReaches reaches, IGate gate)
{
    private static readonly GatewayRefusal s_unknown = new(
        StatusCodes.Status401Unauthorized,
        Codes.Unauthenticated,
        "This needs the token of a bot or of a runner's lease.",
        "Give it to the SDK as its API key, or send it as X-Control-Plane-Token.");

    /// <summary>Either of the two is set.</summary>
    /// <exception cref="TimeoutException">Nobody can tell of this bot.</exception>
    public async ValueTask<(GatewayCaller? Caller, GatewayRefusal? Refused)> KnowAsync(CallerTokens found)
    {
        if (found.IsConflict) return (null, s_unknown with { Detail = "The call carries two different tokens." });
        if (found.Token is not { } token) return (null, s_unknown);
        var table = tokens.Current;
        if (table.LeaseOf(token) is { } lease)
        {
            return IsLive(lease.BotId, lease.Epoch)
                ? (new(lease.BotId, lease.Epoch, await reaches.OfAsync(lease.BotId)), null)
                : (null, Fenced);
        }

        if (table.BotOf(token) is not { } bot) return (null, s_unknown);
        var reach = await reaches.OfAsync(bot.BotId);
        return reach.Generation == bot.Generation
            ? (new(bot.BotId, null, reach), null)
            : (null, s_unknown with { Detail = "The token was revoked.", Fix = "Print the new one on the control plane's host: dotnet run --project Api -- token BOT_ID --generation N" });
    }

    /// <summary>The lease that a refused call is of; null for any other token.</summary>
    public LeaseToken? LeaseOf(CallerTokens found) => found is { IsConflict: false, Token: { } token } ? tokens.Current.LeaseOf(token) : null;

    /// <summary>Whether a lease lives as this node knows, by its own clock.</summary>
    public bool IsLive(string botId, long epoch) => gate.For(botId, epoch).Check().LeaseForMs > 0;

    public static GatewayRefusal Fenced { get; } = new(
        StatusCodes.Status403Forbidden, Codes.LeaseFenced, "The lease of this token has ended, or another runner holds a newer one.", "Stop this runner. A new start gets a new token.");
}
