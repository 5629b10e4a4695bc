using ControlPlane.Grains.Risk;
using ControlPlane.Silo.Storage.Embedded.Traces;

namespace ControlPlane.Silo.Storage.Embedded.Risk;

/// <summary>What the upgrade to the ledger came to, in the embedded database.</summary>
internal sealed class EmbeddedLedgerUpgradeStore(EmbeddedDatabase database) : ILedgerUpgradeStore
{
    public Task<LedgerUpgrade?> ReadUntoldAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Prepare("SELECT orders_ended, trades_without_order FROM ledger_upgrade WHERE told = 0 AND orders_ended + trades_without_order > 0")
            .ReadAll(row => new LedgerUpgrade(row.Int64(0), row.Int64(1))).FirstOrDefault(),
        cancellationToken);

    public Task SetToldAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(WriteLane.Control, rows: 1, session => session.Prepare("UPDATE ledger_upgrade SET told = 1").Run(), cancellationToken);
}
