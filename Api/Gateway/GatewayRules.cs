using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway;
using ControlPlane.Grains.Gateway.Upstreams;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.Gateway;

/// <summary>Which calls of a known bot pass.</summary>
internal static class GatewayRules
{
    private const string Broker = "broker";

    public static GatewayRefusal TooLarge { get; } = new(
        StatusCodes.Status413PayloadTooLarge, Codes.InvalidRequest, $"The body may have {WholeBody.Largest} bytes, as it is evaluated or signed whole.");

    /// <summary>Null when it may pass.</summary>
    /// <param name="match">Null for a call that is not listed.</param>
    /// <param name="isUpgrade">True when a connection is asked for on which calls are not seen one by one.</param>
    public static GatewayRefusal? Refuse(ProviderDefinition provider, GatewayCaller caller, OperationMatch? match, bool isUpgrade)
    {
        if (!caller.Reach.Registered) return new(StatusCodes.Status403Forbidden, Codes.UnknownBot, "No bot of this id is registered.", "Register it with PUT /api/bots/{bot_id}.");
        if (!caller.Reach.Providers.Contains(provider.Id))
        {
            return new(
                StatusCodes.Status403Forbidden, Codes.Forbidden, $"This bot does not reach {provider.Id} through the gateway.",
                "An operator names it in the bot's requires or may_use: PUT /api/bots/{bot_id}. What a runner adds to requires opens nothing here.");
        }

        if (match is null || (isUpgrade && provider.Category == Broker && match.Operation is null))
        {
            return new(
                StatusCodes.Status403Forbidden, Codes.OperationNotAllowed, $"The catalogue does not list this operation of {provider.Name}, and it is not a plain read.",
                "See docs/gateway.md on how to add an operation.");
        }

        if (match.Effect == OperationEffect.Account) return new(StatusCodes.Status403Forbidden, Codes.OperationNotAllowed, "Withdrawals, transfers and the management of keys never pass.");
        var needsLease = match.Effect.PlacesOrders() || match.Effect == OperationEffect.Cancel;
        return needsLease && caller.LeaseEpoch is null
            ? new(StatusCodes.Status403Forbidden, Codes.Forbidden, "Orders and cancels need the token of the runner's lease.", "Use lease.token of the answer to POST /api/bots/{bot_id}/runner/start.")
            : null;
    }

    /// <summary>Whether a refused call would have placed an order, or might have.</summary>
    public static bool IsOrder(ProviderDefinition provider, string method, OperationMatch? match) =>
        match is null ? provider.Category == Broker && method is not ("GET" or "HEAD") : match.Effect.PlacesOrders();

    /// <summary>Why this node can't pass calls on.</summary>
    public static GatewayRefusal Unavailable(UpstreamAnswer found, bool isFrontEnd) =>
        found.Code == Codes.IntegrationKeyMissing && isFrontEnd
            ? new(StatusCodes.Status503ServiceUnavailable, Codes.GatewayUnavailable, "This front end holds no keys of the provider.", "Call a node that holds them, or give this one the same secrets.")
            : new(StatusCodes.Status503ServiceUnavailable, found.Code!, found.Detail!, found.MissingVariables.IsEmpty ? null : $"Set {string.Join(", ", found.MissingVariables)}.");
}
