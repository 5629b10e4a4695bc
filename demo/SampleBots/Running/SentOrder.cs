using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Running;

/// <summary>An order that the bot means to send.</summary>
/// <param name="Price">The price that it is checked at.</param>
/// <param name="LastTrade">The market's last price, which the risk engine holds the other against.</param>
/// <param name="Opens">The signal that it follows, when it opens a position.</param>
/// <param name="Closes">The trade that it ends, when it closes one.</param>
internal sealed record PlannedOrder(string DecisionId, OrderSide Side, decimal Quantity, decimal Price, decimal LastTrade, Signal? Opens, OpenTrade? Closes)
{
    /// <summary>Why it is to be sent, under the gate as the bot sees it now.</summary>
    public DecisionTrace Explained(
        BotCycle cycle, BotProfile profile, GateAnswer gate, string action, string rationale, double? confidence, ImmutableSortedDictionary<string, TraceValue> variables) =>
        new(DecisionId, cycle.At, profile.Symbol, action, rationale, variables, confidence, profile.Strategy.Model, Closes?.TradeId, cycle.TraceId, gate.Epoch, gate.Version);
}

/// <summary>An order whose fate is not known yet. Until it is, no other goes out.</summary>
/// <param name="ClientId">The id that the bot gives the order, for gateway and broker: the same order twice is one order.</param>
/// <param name="SentAt">Timestamp of the monotonic clock.</param>
internal sealed record SentOrder(string ClientId, PlannedOrder Plan, long SentAt);
