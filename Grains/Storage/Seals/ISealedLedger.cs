using System.Collections.Immutable;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>The tables beside grain state whose rows carry MACs: orders, trades, positions, fills that the gateway saw. Methods throw when the store can't be
/// read or written.</summary>
internal interface ISealedLedger
{
    /// <summary>Signs rows from before there were MACs. How many there were.</summary>
    Task<long> SignFirstAsync(CancellationToken cancellationToken);

    /// <summary>Signs every row that does not verify as it is, at an operator's confirmation. The bots that such rows are of.</summary>
    Task<ImmutableHashSet<string>> ConfirmAsync(CancellationToken cancellationToken);

    /// <summary>What speaks against the rows that were changed since the last look; null when nothing does.</summary>
    Task<string?> LookAsync(CancellationToken cancellationToken);
}
