using ControlPlane.Grains.Risk;

namespace ControlPlane.Silo.Storage.Postgres.Risk;

/// <summary>What the upgrade to the ledger came to, in PostgreSQL.</summary>
internal sealed class PostgresLedgerUpgradeStore(PostgresDatabase database) : ILedgerUpgradeStore
{
    public Task<LedgerUpgrade?> ReadUntoldAsync(CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) => (await connection.Statement("SELECT orders_ended, trades_without_order FROM ledger_upgrade WHERE NOT told AND orders_ended + trades_without_order > 0")
            .ListAsync(row => new LedgerUpgrade(row.GetInt64(0), row.GetInt64(1)), token)).FirstOrDefault(),
        cancellationToken);

    public Task SetToldAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync((connection, token) => connection.Statement("UPDATE ledger_upgrade SET told = true").RunAsync(token), cancellationToken);
}
