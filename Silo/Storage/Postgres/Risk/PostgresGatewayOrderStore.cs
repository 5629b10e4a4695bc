using System.Collections.Immutable;
using ControlPlane.Grains.Risk;
using ControlPlane.Silo.Storage.Postgres.Traces;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Risk;

/// <summary>Orders of the gateway in PostgreSQL.</summary>
internal sealed class PostgresGatewayOrderStore(PostgresDatabase database) : IGatewayOrderStore
{
    private const string Select = $"SELECT bot_id, {OrderColumns.Columns} FROM checked_orders ";

    public Task<GrantedOrder?> ChangeAsync(string botId, string orderId, Func<GrantedOrder, GrantedOrder?> change, CancellationToken cancellationToken) => BotTransaction.RunAsync(
        database,
        botId,
        async (connection, token) =>
        {
            if (await LedgerRows.FindAsync(connection, botId, orderId, token) is not { } order || change(order) is not { } after) return null;
            var batch = new NpgsqlBatch(connection);
            LedgerRows.Update(batch, botId, after);
            await batch.RunAsync(token);
            return after;
        },
        cancellationToken);

    public Task<GrantedOrder?> FindAsync(string botId, string orderId, CancellationToken cancellationToken) =>
        database.ExecuteAsync((connection, token) => LedgerRows.FindAsync(connection, botId, orderId, token), cancellationToken);

    public Task<ImmutableArray<BotOrder>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadAsync(connection => connection.Statement(Select + "WHERE due_at <= $1 ORDER BY due_at LIMIT $2").With(PostgresStatement.Instant(now)).With((long)limit), cancellationToken);

    public Task<ImmutableArray<BotOrder>> FindAtProviderAsync(string provider, string? providerOrderId, string? clientOrderId, CancellationToken cancellationToken) => ReadAsync(
        connection => connection.Statement(Select + "WHERE provider = $1 AND (provider_order_id = $2 OR client_order_id = $3)").With(provider).With(providerOrderId ?? "").With(clientOrderId ?? ""),
        cancellationToken);

    public Task<ImmutableArray<BotOrder>> OpenAtProviderAsync(string provider, CancellationToken cancellationToken) =>
        ReadAsync(connection => connection.Statement(Select + "WHERE provider = $1 AND status = 'open' AND passage <> 'granted'").With(provider), cancellationToken);

    public Task WriteAsync(string botId, IReadOnlyList<GrantedOrder> orders, CancellationToken cancellationToken) => BotTransaction.RunAsync(
        database,
        botId,
        async (connection, token) =>
        {
            var batch = new NpgsqlBatch(connection);
            foreach (var order in orders) LedgerRows.Update(batch, botId, order);
            return await batch.RunAsync(token);
        },
        cancellationToken);

    private Task<ImmutableArray<BotOrder>> ReadAsync(Func<NpgsqlConnection, NpgsqlCommand> command, CancellationToken cancellationToken) => database.ExecuteAsync<ImmutableArray<BotOrder>>(
        async (connection, token) => [.. await command(connection).ListAsync(row => new BotOrder(row.GetString(0), LedgerRows.Order(row, 1)), token)],
        cancellationToken);
}
