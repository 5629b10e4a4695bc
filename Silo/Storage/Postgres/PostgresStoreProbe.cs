using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Commits a counter: a server that answers a question may still be read-only or have a full disk.</summary>
internal sealed class PostgresStoreProbe(PostgresDatabase database) : IStoreProbe
{
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var written = await database.ExecuteAsync(
            (connection, token) => connection.Statement("UPDATE store_probe SET probes = probes + 1 WHERE id = 1").RunAsync(token), cancellationToken);
        if (written != 1) throw new StoreUnavailableException("The database's schema is not the one that this program made.");
    }
}
