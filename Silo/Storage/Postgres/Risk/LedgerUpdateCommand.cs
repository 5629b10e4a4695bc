using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Symbols;
using ControlPlane.Silo.Storage.Postgres.Traces;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Risk;

/// <summary>Fills orders and moves positions after trades were written, in their transaction.</summary>
internal static class LedgerUpdateCommand
{
    public static async Task RunAsync(
        NpgsqlConnection connection, string botId, IReadOnlyList<(TradeTrace? Before, TradeTrace After)> changes, SymbolNames names, CancellationToken cancellationToken)
    {
        if (changes.Count == 0) return;
        var batch = new NpgsqlBatch(connection);
        var before = new Dictionary<string, GrantedOrder>(StringComparer.Ordinal);
        foreach (var orderId in LedgerChanges.Orders(changes))
        {
            if (await LedgerRows.FindAsync(connection, botId, orderId, cancellationToken) is not { } order) continue;
            before[orderId] = order;
            var filled = OrderFilling.Filled(order, await LedgerRows.TradesOfAsync(connection, botId, orderId, cancellationToken), names);
            LedgerRows.Update(batch, botId, OrderFilling.After(order, filled, LedgerChanges.At(changes, orderId)));
        }

        var entries = await LedgerRows.PositionsAsync(connection, botId, cancellationToken);
        var open = await LedgerRows.OpenTradesAsync(connection, botId, cancellationToken);
        foreach (var (entry, merged) in LedgerChanges.Entries(changes, entries, open, before, names)) LedgerRows.Write(batch, botId, entry, merged);
        await batch.RunAsync(cancellationToken);
    }
}
