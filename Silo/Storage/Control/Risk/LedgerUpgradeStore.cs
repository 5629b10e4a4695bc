using ControlPlane.Grains.Risk;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>What the upgrade to the ledger came to.</summary>
internal sealed class LedgerUpgradeStore(IControlDatabase database) : ILedgerUpgradeStore
{
    public async Task<LedgerUpgrade?> ReadUntoldAsync(CancellationToken cancellationToken) => await database.FirstAsync<Row>(
        $"SELECT orders_ended, trades_without_order FROM ledger_upgrade WHERE told = {database.Sql.False} AND orders_ended + trades_without_order > 0",
        null,
        cancellationToken) is { } row ? new(row.OrdersEnded, row.TradesWithoutOrder) : null;

    public Task SetToldAsync(CancellationToken cancellationToken) => database.RunAsync($"UPDATE ledger_upgrade SET told = {database.Sql.True}", (object?)null, cancellationToken);

    private sealed class Row
    {
        public long OrdersEnded { get; init; }
        public long TradesWithoutOrder { get; init; }
    }
}
