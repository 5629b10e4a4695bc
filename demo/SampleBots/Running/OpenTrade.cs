using ControlPlane.Abstractions;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Running;

/// <summary>The position that the bot is in.</summary>
/// <param name="EnteredAt">Timestamp of the monotonic clock.</param>
internal sealed record OpenTrade(
    string TradeId, OrderSide Side, decimal Quantity, decimal Entry, ExitRule Exit, DateTimeOffset OpenedAt, long EnteredAt, string? DecisionId, string? OrderId)
{
    /// <summary>The side that closes it.</summary>
    public OrderSide Way => Side == OrderSide.Buy ? OrderSide.Sell : OrderSide.Buy;

    /// <summary>The trade as it is reported; what it brought is known when it is closed.</summary>
    public TradeTrace Told(string symbol, decimal? profit, DateTimeOffset? closedAt, string? traceId) =>
        new(TradeId, symbol, Side, Quantity, Entry, profit, OpenedAt, closedAt, DecisionId, traceId, OrderId);

    public decimal Profit(decimal exit) => Quantity * (exit - Entry) * (Side == OrderSide.Buy ? 1 : -1);
}
