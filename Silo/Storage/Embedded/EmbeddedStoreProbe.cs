using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Commits a counter and reads it: a lock that can be taken does not yet show that the disk has room.</summary>
internal sealed class EmbeddedStoreProbe(EmbeddedDatabase database) : IStoreProbe
{
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        // SQLite goes on writing to a file that was deleted under it.
        if (!File.Exists(database.Path))
        {
            throw new StoreUnavailableException("The embedded store's file is gone.");
        }

        var written = await database.WriteAsync(
            WriteLane.Control,
            rows: 1,
            session => session.Prepare("UPDATE store_probe SET probes = probes + 1 WHERE id = 1").Run(),
            cancellationToken);
        var read = await database.ReadAsync(session => session.Scalar("SELECT probes FROM store_probe WHERE id = 1"), cancellationToken);
        if (written != 1 || read is null)
        {
            throw new StoreUnavailableException("The embedded store's file is damaged.");
        }
    }
}
