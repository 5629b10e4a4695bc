using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gateway.Desk;

/// <summary>Environment and lease of an order of the gateway.</summary>
internal static class GatewayGatePolicy
{
    private const string Live = "live";
    private const string Rule = "gate";

    /// <summary>Real money needs a lease in LIVE; an exit needs none.</summary>
    public static OrderRefusal? Check(OrderCheck order, bool liveLease) =>
        order is { Intent: OrderIntent.Open, Gateway: { Environment: null or Live } } && !liveLease
            ? new(Codes.LiveNotArmed, Rule, null, null, "This environment is live, and the runner's lease is on paper.")
            : null;
}
