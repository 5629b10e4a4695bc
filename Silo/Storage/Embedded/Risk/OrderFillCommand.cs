using ControlPlane.Grains.Risk;
using ControlPlane.Silo.Storage.Embedded.Traces;

namespace ControlPlane.Silo.Storage.Embedded.Risk;

/// <summary>Fills checked orders from a recorded trade, in its transaction.</summary>
internal static class OrderFillCommand
{
    public static void Run(SqliteSession session, string botId, OrderFill fill, long at)
    {
        if (Find(session, botId, fill) is not { } order) return;
        var filled = order.Filled + fill.Quantity;
        var status = OrderFilling.Status(order.Quantity, filled);
        session.Prepare("UPDATE checked_orders SET filled = ?, status = ?, ended_at = ? WHERE id = ?")
            .WithDecimal(filled).With(status).With(status == OrderStatus.Open ? null : (long?)at).With(order.Id).Run();
    }

    private static (long Id, decimal Quantity, decimal Filled)? Find(SqliteSession session, string botId, OrderFill fill)
    {
        const string open = "SELECT id, quantity, filled FROM checked_orders WHERE bot_id = ? AND status = 'open' AND ";
        if (fill.OrderId is { } named)
        {
            return Rows(session.Prepare(open + "order_id = ?").With(botId).With(named)).Cast<(long, decimal, decimal)?>().FirstOrDefault();
        }

        return Rows(session.Prepare(open + "symbol = ? AND side = ? ORDER BY id").With(botId).With(fill.Symbol).With(TradeWords.Word(fill.Side)))
            .Where(o => o.Quantity - o.Filled == fill.Quantity).Cast<(long, decimal, decimal)?>().FirstOrDefault();
    }

    private static IEnumerable<(long Id, decimal Quantity, decimal Filled)> Rows(Statement rows) =>
        rows.ReadAll(row => (row.Int64(0), row.Decimal(1), row.Decimal(2)));
}
