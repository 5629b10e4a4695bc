using System.Collections.Immutable;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>The tables beside grain state whose rows carry MACs: orders, trades, positions, fills that the gateway saw. Methods throw when the store can't be
/// read or written.</summary>
internal interface ISealedLedger
{
    /// <summary>Signs rows from before there were MACs. How many there were.</summary>
    Task<long> SignFirstAsync(CancellationToken cancellationToken);

    /// <summary>The bots that have rows which do not verify.</summary>
    Task<ImmutableHashSet<string>> ForgedAsync(CancellationToken cancellationToken);

    /// <summary>Signs the rows of these bots that do not verify, as they are, at an operator's confirmation. Those of other bots stay as they are.</summary>
    Task SignAsync(ImmutableHashSet<string> bots, CancellationToken cancellationToken);

    /// <summary>What speaks against the rows that were changed since the last look; null when nothing does.</summary>
    Task<string?> LookAsync(CancellationToken cancellationToken);
}
