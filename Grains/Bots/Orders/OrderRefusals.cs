using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Bots.Orders;

/// <summary>Records the refusal of an order as a no-trade, for every caller and also when the store fails. Equal refusals within a minute are
/// one.</summary>
internal sealed class OrderRefusals(BotContext bot, BotDesks desks, BotStatus standing)
{
    public async Task<OrderAnswer> RefuseAsync(OrderCheck order, ImmutableArray<OrderRefusal> refusals)
    {
        var now = bot.Time.GetUtcNow();
        var noTrade = new NoTradeTrace(
            Guid.CreateVersion7(now).ToString(),
            now,
            TraceText.IsLine(order.Symbol, TraceRules.MaxSymbol) ? order.Symbol : null,
            [.. refusals.Take(TraceRules.MaxReasons).Select(refusal => OrderGatePolicy.ToReason(refusal, order.Gateway))],
            TraceText.IsTraceId(order.TraceId) ? order.TraceId : null);
        var noTradeId = await desks.Refusals.AddAsync(noTrade);
        return new OrderAnswer
        {
            Refusals = refusals,
            NoTradeId = noTradeId,
            TradingState = standing.OrderGate().State,
            Gate = bot.Gate().Position,
        };
    }
}
