using ControlPlane.Grains.Risk;
using ControlPlane.Silo.Storage.Postgres.Traces;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Risk;

/// <summary>Fills checked orders from a recorded trade, in its transaction.</summary>
internal static class OrderFillCommand
{
    private const string Open = "SELECT id, quantity, filled FROM checked_orders WHERE bot_id = $1 AND status = 'open' AND ";

    public static async Task RunAsync(NpgsqlConnection connection, string botId, OrderFill fill, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var found = await (fill.OrderId is { } named
            ? connection.Statement(Open + "order_id = $2").With(botId).With(named)
            : connection.Statement(Open + "symbol = $2 AND side = $3 AND quantity - filled = $4 ORDER BY id LIMIT 1")
                .With(botId).With(fill.Symbol).With(TradeWords.Word(fill.Side)).With(fill.Quantity))
            .ListAsync(row => (Id: row.GetInt64(0), Quantity: row.GetDecimal(1), Filled: row.GetDecimal(2)), cancellationToken);
        if (found.Count == 0) return;
        var (id, quantity, filled) = found[0];
        var status = OrderFilling.Status(quantity, filled + fill.Quantity);
        var batch = new NpgsqlBatch(connection);
        batch.Add("UPDATE checked_orders SET filled = $1, status = $2, ended_at = $3 WHERE id = $4")
            .With(filled + fill.Quantity).With(status).WithSome(status == OrderStatus.Open ? null : (DateTimeOffset?)at).With(id);
        await batch.RunAsync(cancellationToken);
    }
}
