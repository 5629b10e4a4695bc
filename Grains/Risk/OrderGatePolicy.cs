using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk;

/// <summary>What the bot's host knows when an order is checked.</summary>
/// <param name="NodeLive">Whether the host has a live lease of the gate; without one nobody knows of a kill.</param>
/// <param name="Killed">Whether the system's or the bot's kill switch is engaged.</param>
/// <param name="LeaseLive">Whether the runner's lease runs and is not fenced.</param>
/// <param name="State">What may pass for this bot.</param>
/// <param name="Codes">Why that is not everything.</param>
internal sealed record OrderGate(bool NodeLive, bool Killed, bool LeaseLive, long LeaseEpoch, bool Live, TradingState State, ImmutableArray<string> Codes);

/// <summary>May an order of this intent pass the gate? One rule for permits, heartbeats and orders. A cancel needs the runner's lease. An exit needs
/// also the host's lease and no kill; the rule that it must truly reduce decides the rest. An order that opens needs trading ACTIVE besides.</summary>
internal static class OrderGatePolicy
{
    private const string Rule = "gate";

    public static ImmutableArray<OrderRefusal> Check(OrderCheck order, OrderGate gate)
    {
        if (order.Intent != OrderIntent.Cancel)
        {
            if (!gate.NodeLive) return [Refusal(Codes.GateLeaseExpired, "This host has no valid lease of the gate.")];
            if (gate.Killed) return [Refusal(Codes.KillSwitchEngaged, "A kill switch is engaged: nothing passes but cancels.")];
        }

        if (!gate.LeaseLive) return [Refusal(order.Epoch is null ? Codes.RunnerDown : Codes.LeaseFenced, "The bot's runner holds no live lease.")];
        if (order.Epoch is null) return [Refusal(Codes.LeaseFenced, "An order names the epoch of its runner's lease.")];
        if (order.Epoch != gate.LeaseEpoch) return [Refusal(Codes.LeaseFenced, "This lease epoch is not the bot's live one.")];
        if (order.Intent is OrderIntent.Reduce or OrderIntent.Cancel || gate.State == TradingState.Active) return [];
        var message = gate.State == TradingState.Reducing ? "Trading is reducing: nothing is opened." : "The gate holds the bot back.";
        return [.. gate.Codes.DefaultIfEmpty(Codes.DataUnavailable).Select(code => Refusal(code, message))];
    }

    /// <summary>The bot's configuration is not the one that the order was evaluated by.</summary>
    public static OrderRefusal Changed() => Refusal(Codes.LeaseFenced, "The bot was registered anew while the order was being checked. Check it again.");

    /// <summary>A refusal in the words of no-trades: what the gate holds back is GATE_BLOCKED, by the code of what holds it.</summary>
    /// <param name="gateway">Its operation stands with the detail; null for an order that does not go through the gateway.</param>
    public static NoTradeReason ToReason(OrderRefusal refusal, GatewayGrant? gateway) =>
        gateway is null ? ToReason(refusal) : ToReason(refusal) is var reason ? reason with { Detail = $"{gateway.Provider} {gateway.Operation}: {reason.Detail}" } : reason;

    public static NoTradeReason ToReason(OrderRefusal refusal) => NoTradeCodes.All.Contains(refusal.Code)
        ? new(refusal.Code, refusal.Rule, refusal.Limit, refusal.Actual, refusal.Message)
        : new(refusal.Rule == Rule ? NoTradeCodes.GateBlocked : refusal.Code == Codes.IdReused ? NoTradeCodes.Error : NoTradeCodes.DataMissing, refusal.Code, refusal.Limit, refusal.Actual, refusal.Message);

    private static OrderRefusal Refusal(string code, string message) => new(code, Rule, null, null, message);
}
