namespace ControlPlane.Grains.Risk;

/// <summary>The table <c>ledger_upgrade</c>: what became of orders and trades from before the ledger. Methods throw when the store cannot be read or written.</summary>
public interface ILedgerUpgradeStore
{
    /// <summary>Null when there is nothing left to tell.</summary>
    Task<LedgerUpgrade?> ReadUntoldAsync(CancellationToken cancellationToken);

    Task SetToldAsync(CancellationToken cancellationToken);
}

/// <param name="OrdersEnded">Grants without a report that ended with the upgrade.</param>
/// <param name="TradesWithoutOrder">Trades that name no order and are no violations.</param>
public sealed record LedgerUpgrade(long OrdersEnded, long TradesWithoutOrder);
