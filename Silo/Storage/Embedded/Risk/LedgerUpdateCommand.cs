using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Silo.Storage.Embedded.Risk;

/// <summary>Fills orders and moves positions after trades were written, in their transaction.</summary>
internal static class LedgerUpdateCommand
{
    public static void Run(SqliteSession session, string botId, IReadOnlyList<(TradeTrace? Before, TradeTrace After)> changes, SymbolNames names)
    {
        if (changes.Count == 0) return;
        var before = new Dictionary<string, GrantedOrder>(StringComparer.Ordinal);
        foreach (var orderId in LedgerChanges.Orders(changes))
        {
            if (LedgerRows.Find(session, botId, orderId) is not { } order) continue;
            before[orderId] = order;
            var filled = OrderFilling.Filled(order, LedgerRows.TradesOf(session, botId, orderId), names);
            LedgerRows.Update(session, botId, OrderFilling.After(order, filled, LedgerChanges.At(changes, orderId)));
        }

        var entries = LedgerRows.Positions(session, botId);
        foreach (var (entry, merged) in LedgerChanges.Entries(changes, entries, LedgerRows.OpenTrades(session, botId), before, names))
        {
            LedgerRows.Write(session, botId, entry, merged);
        }
    }
}
