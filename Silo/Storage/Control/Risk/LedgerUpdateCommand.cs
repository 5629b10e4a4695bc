using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>Fills orders and moves positions after trades were written, in their transaction.</summary>
internal static class LedgerUpdateCommand
{
    public static async Task RunAsync(SqlSession session, string botId, IReadOnlyList<(TradeTrace? Before, TradeTrace After)> changes, SymbolNames names)
    {
        if (changes.Count == 0) return;
        var before = new Dictionary<string, GrantedOrder>(StringComparer.Ordinal);
        var filled = new List<GrantedOrder>();
        foreach (var orderId in LedgerChanges.Orders(changes))
        {
            if (await session.FindOrderAsync(botId, orderId) is not { } order) continue;
            before[orderId] = order;
            var units = OrderFilling.Filled(order, await session.TradesOfAsync(botId, orderId), names);
            filled.Add(OrderFilling.After(order, units, LedgerChanges.At(changes, orderId)));
        }

        await session.UpdateOrdersAsync(botId, filled);
        var entries = await session.PositionsAsync(botId);
        var open = await session.OpenTradesAsync(botId);
        await session.WritePositionsAsync(botId, [.. LedgerChanges.Entries(changes, entries, open, before, filled, names)]);
    }
}
