using System.Collections.Immutable;
using ControlPlane.Grains.Risk;
using ControlPlane.Silo.Storage.Embedded.Traces;

namespace ControlPlane.Silo.Storage.Embedded.Risk;

/// <summary>Orders of the gateway in the embedded database.</summary>
internal sealed class EmbeddedGatewayOrderStore(EmbeddedDatabase database) : IGatewayOrderStore
{
    private const string Select = $"SELECT bot_id, {OrderColumns.Columns} FROM checked_orders ";

    public Task<GrantedOrder?> ChangeAsync(string botId, string orderId, Func<GrantedOrder, GrantedOrder?> change, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session =>
        {
            if (LedgerRows.Find(session, botId, orderId) is not { } order || change(order) is not { } after) return null;
            LedgerRows.Update(session, botId, after);
            return after;
        },
        cancellationToken);

    public Task<GrantedOrder?> FindAsync(string botId, string orderId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => LedgerRows.Find(session, botId, orderId), cancellationToken);

    public Task<ImmutableArray<BotOrder>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Prepare(Select + "WHERE due_at <= ? ORDER BY due_at LIMIT ?").With(UnixMicroseconds.From(now)).With((long)limit).ReadAll(Row),
        cancellationToken);

    public Task<ImmutableArray<BotOrder>> FindAtProviderAsync(string provider, string? providerOrderId, string? clientOrderId, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Prepare(Select + "WHERE provider = ? AND provider_order_id = ? UNION " + Select + "WHERE provider = ? AND client_order_id = ?")
            .With(provider).With(providerOrderId).With(provider).With(clientOrderId).ReadAll(Row),
        cancellationToken);

    public Task<ImmutableArray<BotOrder>> OpenAtProviderAsync(string provider, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Prepare(Select + "WHERE provider = ? AND status = 'open' AND passage <> 'granted'").With(provider).ReadAll(Row),
        cancellationToken);

    public Task WriteAsync(string botId, IReadOnlyList<GrantedOrder> orders, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: orders.Count,
        session =>
        {
            foreach (var order in orders) LedgerRows.Update(session, botId, order);
            return true;
        },
        cancellationToken);

    private static BotOrder Row(Statement row) => new(row.Text(0), LedgerRows.Order(row, 1));
}
