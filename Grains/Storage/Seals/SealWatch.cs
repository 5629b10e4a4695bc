using ControlPlane.Grains.Audit;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>Verifies every two seconds the MACs of rows at rest and of new audit entries. It reads some pages of rows each time. A store of some
/// hundred bots is verified whole each time; a large one page by page, without delaying it.</summary>
internal sealed partial class SealWatch(StoreSealing sealing, LedgerSealing ledger, StoreWitness witness, IAuditStore audit, TimeProvider time, ILogger<SealWatch> logger) : BackgroundService
{
    private const int PagesATime = 4;
    private const int EntriesATime = 500;

    /// <summary>How far back a start looks; the check of the log looks at all of it.</summary>
    private const int EntriesBack = 1_000;

    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(2);
    private long? _rows;
    private long? _entries;
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken);
            await Task.Delay(s_every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public static string Forged(long sequence) => $"Audit entry {sequence} does not carry this installation's MAC: the control plane did not write it.";

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sealing.OpenAsync(cancellationToken);
            await sealing.TellAsync();

            // Once there is evidence everything is closed, and the confirmation looks at all rows.
            if (witness.Knowledge.Evidence is not null) return;
            var confirmed = witness.ConfirmedAudit;
            var evidence = await LookAtRowsAsync(cancellationToken) ?? await LookAtEntriesAsync(cancellationToken) ?? await ledger.LookAsync(cancellationToken);

            // What was read before a confirmation says nothing against the store after it.
            if (evidence is not null && witness.ConfirmedAudit == confirmed) witness.Raise(evidence);
            _failing = false;
        }
        catch (Exception e)
        {
            if (!_failing && !cancellationToken.IsCancellationRequested) LogNotLooked(logger, e);
            _failing = true;
        }
    }

    private async Task<string?> LookAtRowsAsync(CancellationToken cancellationToken)
    {
        for (var page = 0; page < PagesATime; page++)
        {
            (var evidence, _rows) = await sealing.LookAsync(_rows, cancellationToken);
            if (evidence is not null) return evidence;
            if (_rows is null) return null;
        }

        return null;
    }

    private async Task<string?> LookAtEntriesAsync(CancellationToken cancellationToken)
    {
        var rule = await sealing.AuditRuleAsync(cancellationToken);
        if (rule.Macs is null) return null;
        _entries ??= Math.Max(rule.UpTo, ((await AuditHead.FindAsync(audit, rule, cancellationToken)).Head?.Sequence ?? 0) - EntriesBack);
        foreach (var entry in await audit.ReadForwardAsync(_entries.Value + 1, EntriesATime, cancellationToken))
        {
            var written = rule.Accepts(entry);
            if (!written && entry.Sequence > witness.ConfirmedAudit && !rule.Forged.Contains(entry.Sequence))
                return Forged(entry.Sequence);
            if (written || entry.Sequence == _entries + 1) _entries = entry.Sequence;
        }

        return null;
    }

    [LoggerMessage(EventIds.SealWatchNotLooked, LogLevel.Warning, "The MACs of the store could not be verified.")]
    private static partial void LogNotLooked(ILogger logger, Exception exception);
}

/// <summary>Signs or checks the store before a grain may come to be.</summary>
internal sealed class StoreSealingStartup(StoreSealing sealing) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => sealing.TryOpenAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>The store's own identity, whose acceptance signs what is in it.</summary>
internal sealed class SealedStoreIdentity(IStoreIdentity store, StoreSealing sealing) : IStoreIdentity
{
    public const string Own = "store";

    public string? Evidence => store.Evidence;

    public async Task AcceptAsync()
    {
        await store.AcceptAsync();
        await sealing.ConfirmAsync(CancellationToken.None);
    }
}
