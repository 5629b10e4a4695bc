using System.Collections.Immutable;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Serialization;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>Signs orders, trades and positions: once, those from before there were MACs, and whenever an operator confirms the store.</summary>
internal sealed partial class LedgerSealing(StoreMacs macs, Serializer serializer, TimeProvider time, ILogger<LedgerSealing> logger, ISealedRows? rows = null, ISealedLedger? ledger = null)
{
    internal const string Forged =
        "Orders, trades or positions of this bot were not written by the control plane when an operator confirmed the store. Compare them with the broker before you release it.";

    /// <summary>A row that is written all the time may have to be looked at again.</summary>
    private const int MaxRounds = 20;

    /// <summary>The database lets nobody write a row without a version, so that one without was there before.</summary>
    public async Task SignFirstAsync(CancellationToken cancellationToken)
    {
        if (ledger is not null && await ledger.SignFirstAsync(cancellationToken) is > 0 and var signed) LogSigned(logger, signed);
    }

    /// <summary>What speaks against the rows; null when nothing does.</summary>
    public async Task<string?> LookAsync(CancellationToken cancellationToken) => ledger is null ? null : await ledger.LookAsync(cancellationToken);

    /// <summary>Signs what does not verify as it is. Unless the installation's key was changed, each bot that it is of is killed before. Whatever
    /// ends this halfway leaves rows that do not verify, and no bot that goes on by rows of somebody else.</summary>
    /// <param name="vouched">True after a change of the key, when no row verifies.</param>
    public async Task ConfirmAsync(bool vouched, CancellationToken cancellationToken)
    {
        if (ledger is null || await ledger.ForgedAsync(cancellationToken) is not { IsEmpty: false } bots) return;
        if (!vouched)
        {
            LogForged(logger, string.Join(", ", bots));
            await KillAsync([.. bots.Select(bot => RowKey.Of(GrainId.Create(StateNames.Bot, bot)))], cancellationToken);
        }

        await ledger.SignAsync(bots, cancellationToken);
    }

    /// <param name="keys">Of the bots' rows. A bot without a row is registered nowhere and trades nothing.</param>
    private async Task KillAsync(ImmutableHashSet<string> keys, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var again = new HashSet<string>(StringComparer.Ordinal);
            long? after = null;
            do
            {
                var page = await rows!.ReadAsync(after, cancellationToken);
                foreach (var row in page.Rows.Where(r => r.StateName == StateNames.Bot && keys.Contains(r.Key)))
                {
                    var killed = Quarantine.Tightened(row.StateName, row.Content, serializer, Forged, time.GetUtcNow())!;
                    if (!await rows.ReplaceAsync(row, macs.Seal(row.StateName, row.Key, row.Version + 1, killed), cancellationToken)) again.Add(row.Key);
                }

                after = page.Next;
            }
            while (after is not null);
            if (again.Count == 0) return;
            keys = [.. again];
        }

        throw new StoreUnavailableException("Bots' rows were written again and again by others while they were being killed.");
    }

    [LoggerMessage(EventIds.LedgerSigned, LogLevel.Warning, "{Count} orders, trades and positions from before there were MACs were signed as they were.")]
    private static partial void LogSigned(ILogger logger, long count);

    [LoggerMessage(EventIds.LedgerForged, LogLevel.Warning, "Orders, trades or positions do not verify at the confirmation of the store. Their bots are killed, then the rows are signed as they are: {Bots}.")]
    private static partial void LogForged(ILogger logger, string bots);
}
