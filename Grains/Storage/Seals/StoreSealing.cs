using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Audit;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>Signs the store's rows: once, when none has been signed yet, and whenever an operator confirms the store. A mark in the store says that it was
/// done, and by which key; from then on a row without a MAC is somebody else's.</summary>
internal sealed partial class StoreSealing
{
    /// <summary>A row that is written all the time may have to be looked at again.</summary>
    private const int MaxRounds = 20;
    private const int EntriesATime = 10_000;

    public const string OtherKey =
        "The store was signed with another key than this one: the cluster key was changed, or the operator's token where keys come from that, or the store is another installation's.";

    private readonly StoreMacs _macs;
    private readonly StoreWitness _witness;
    private readonly IAuditStore _audit;
    private readonly IGrainFactory _grains;
    private readonly Serializer _serializer;
    private readonly TimeProvider _time;
    private readonly ILogger<StoreSealing> _logger;
    private readonly ISealedRows? _rows;
    private readonly LedgerSealing _ledger;
    private volatile bool _keyChanged;
    private volatile bool _opened;
    private string? _toldLater;

    public StoreSealing(
        StoreMacs macs, StoreWitness witness, LedgerSealing ledger, IAuditStore audit, IGrainFactory grains, Serializer serializer, TimeProvider time, ILogger<StoreSealing> logger, ISealedRows? rows = null)
    {
        (_macs, _witness, _ledger, _audit, _grains, _serializer, _time, _logger, _rows) = (macs, witness, ledger, audit, grains, serializer, time, logger, rows);
        witness.Confirmed += () => _keyChanged = false;
    }

    /// <summary>True when nothing in the store was signed with this process's key.</summary>
    public bool KeyChanged => _keyChanged;

    public const string NoMark =
        "The store holds what was signed and no mark of the signing: the marks were removed, or the first signing was broken off.";

    public static string Unsigned(string stateName, string key) => $"The row '{stateName}' of '{RowKey.Words(key)}' does not carry this installation's MAC: the control plane did not write it so.";

    /// <summary>Before any grain may come to be: signs what was never signed, and finds out whether the key was changed. A store failure does not end
    /// the start, since a kill must be accepted all the same. Signing then comes later, and unsigned rows are in doubt until it does.</summary>
    public async Task TryOpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await OpenAsync(cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            LogNotOpened(_logger, e);
        }
    }

    /// <summary>Once is enough.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_rows is null || _opened) return;
        await OpenOnceAsync(_rows, cancellationToken);
        await _ledger.SignFirstAsync(cancellationToken);
        _opened = true;
    }

    private async Task OpenOnceAsync(ISealedRows rows, CancellationToken cancellationToken)
    {
        var marks = await rows.MarksAsync(cancellationToken);
        if (marks.IsEmpty)
        {
            await using var alone = await rows.LockAsync(cancellationToken);
            marks = await rows.MarksAsync(cancellationToken);
            if (marks.IsEmpty && await HoldsSignedAsync(rows, cancellationToken))
            {
                _witness.Raise(NoMark);
                return;
            }

            if (marks.IsEmpty)
            {
                var signed = await SignAsync(vouched: true, cancellationToken);
                var mark = await AddMarkAsync([], cancellationToken);
                if (signed > 0 || mark.AuditUpTo > 0) LogSigned(_logger, signed, mark.AuditUpTo);
                if (mark.AuditUpTo > 0) _toldLater = "store.signed";
                return;
            }
        }

        if (_macs.Signed(marks[0])) return;
        _keyChanged = !marks.Any(_macs.Signed);
        _witness.Raise(OtherKey);
    }

    /// <summary>Once grains may be called: what was done before is an entry in the audit log.</summary>
    public Task TellAsync() => Interlocked.Exchange(ref _toldLater, null) is { } action ? RecordAsync(action) : Task.CompletedTask;

    /// <summary>An operator confirms the store. What does not verify is signed as it is after a change of the key, and else as
    /// <see cref="Quarantine"/> leaves it.</summary>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (_rows is null) return;
        await using (await _rows.LockAsync(cancellationToken))
        {
            var marks = await _rows.MarksAsync(cancellationToken);
            var anew = !marks.Any(_macs.Signed);

            // Without a mark nothing says that the key was changed: unsigned rows beside signed ones are anybody's.
            var vouched = anew && !marks.IsEmpty;
            var signed = await SignAsync(vouched, cancellationToken);
            await _ledger.ConfirmAsync(vouched, cancellationToken);
            var rule = AuditRule.Of(marks, _macs);
            var forged = anew ? [] : await StrayEntriesAsync(rule, cancellationToken);
            if (anew || !_macs.Signed(marks[0])) await AddMarkAsync([], cancellationToken, anew ? null : rule.UpTo);
            if (!forged.IsEmpty) await AddMarkAsync([.. rule.Forged.Union(forged)], cancellationToken, rule.UpTo);
            _keyChanged = false;
            if (signed > 0) LogConfirmed(_logger, signed, anew);
            if (!anew) return;
        }

        await RecordAsync("store.key");
    }

    /// <summary>Which audit entries must carry a MAC.</summary>
    public async Task<AuditRule> AuditRuleAsync(CancellationToken cancellationToken)
    {
        if (_rows is null) return AuditRule.None;
        await OpenAsync(cancellationToken);
        return AuditRule.Of(await _rows.MarksAsync(cancellationToken), _macs);
    }

    /// <summary>The first of some rows that does not verify, and where to go on.</summary>
    public async Task<(string? Evidence, long? Next)> LookAsync(long? after, CancellationToken cancellationToken)
    {
        if (_rows is null) return (null, null);
        var page = await _rows.ReadAsync(after, cancellationToken);
        var bad = page.Rows.FirstOrDefault(r => !Verifies(r));
        return (bad is null ? null : Unsigned(bad.StateName, bad.Key), page.Next);
    }

    // A mark comes before the first signed row and entry, so that signed ones without a mark were signed by a store that had one.
    private async Task<bool> HoldsSignedAsync(ISealedRows rows, CancellationToken cancellationToken)
    {
        long? after = null;
        do
        {
            var page = await rows.ReadAsync(after, cancellationToken);
            if (page.Rows.Any(r => StoreMacs.IsSealed(r.Content))) return true;
            after = page.Next;
        }
        while (after is not null);

        var entries = await _audit.ReadForwardAsync(1, EntriesATime, cancellationToken);
        while (!entries.IsEmpty)
        {
            if (entries.Any(e => e.Mac is not null)) return true;
            entries = await _audit.ReadForwardAsync(entries[^1].Sequence + 1, EntriesATime, cancellationToken);
        }

        return false;
    }

    private bool Verifies(StoredRow row) => _macs.Opens(row.StateName, row.Key, row.Version, row.Content);

    private async Task<int> SignAsync(bool vouched, CancellationToken cancellationToken)
    {
        var signed = 0;
        for (var round = 0; round < MaxRounds; round++)
        {
            var again = false;
            long? after = null;
            do
            {
                var page = await _rows!.ReadAsync(after, cancellationToken);
                foreach (var row in page.Rows.Where(r => !Verifies(r)))
                {
                    var tightened = vouched ? null : Quarantine.Tightened(row.StateName, row.Content, _serializer, Unsigned(row.StateName, row.Key), _time.GetUtcNow());
                    var content = _macs.Seal(row.StateName, row.Key, row.Version + 1, tightened ?? StoreMacs.StateOf(row.Content).Span);
                    if (await _rows.ReplaceAsync(row, content, cancellationToken)) signed++;
                    again = true;
                }

                after = page.Next;
            }
            while (after is not null);
            if (!again) return signed;
        }

        throw new StoreUnavailableException("Rows of the store were written again and again by others while they were being signed.");
    }

    private async Task<StoreMark> AddMarkAsync(ImmutableArray<long> forged, CancellationToken cancellationToken, long? auditUpTo = null)
    {
        var upTo = auditUpTo ?? (await _audit.HeadAsync(cancellationToken))?.Sequence ?? 0;
        var mark = _macs.Sign(new(new DateTimeOffset(_time.GetUtcNow().UtcTicks, TimeSpan.Zero), upTo, forged, ""));
        await _rows!.AddMarkAsync(mark, cancellationToken);
        return mark;
    }

    /// <summary>Entries without a MAC beyond the place where the log goes on: the confirmation's number does not cover them.</summary>
    private async Task<ImmutableArray<long>> StrayEntriesAsync(AuditRule rule, CancellationToken cancellationToken)
    {
        var (head, _) = await AuditHead.FindAsync(_audit, rule, cancellationToken);
        var behind = await _audit.ReadForwardAsync((head?.Sequence ?? 0) + 1, 10_000, cancellationToken);
        return [.. behind.Where(e => !rule.Accepts(e)).Select(e => e.Sequence).Except(rule.Forged)];
    }

    private async Task RecordAsync(string action)
    {
        try
        {
            var by = Caller.System(Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()));
            await _grains.GetGrain<IAuditGrain>(0).AppendEventually(new(_time.GetUtcNow(), by, action, "system", "done", ImmutableSortedDictionary<string, string>.Empty));
        }
        catch (Exception e)
        {
            LogNotRecorded(_logger, action, e);
        }
    }

    [LoggerMessage(EventIds.StoreSealingNotOpened, LogLevel.Warning, "The MACs of the store could not be checked yet. Trying again.")]
    private static partial void LogNotOpened(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.StoreSigned, LogLevel.Warning, "The store had no MACs yet: {Count} rows were signed as they were, and the audit log carries MACs behind entry {Entry}.")]
    private static partial void LogSigned(ILogger logger, int count, long entry);

    [LoggerMessage(EventIds.StoreSignedAnew, LogLevel.Warning, "{Count} rows that did not verify were signed at the confirmation of the store (as they were, after a change of the key: {AsTheyWere}).")]
    private static partial void LogConfirmed(ILogger logger, int count, bool asTheyWere);

    [LoggerMessage(EventIds.StoreSealingNotRecorded, LogLevel.Error, "The audit entry of {Action} was not taken.")]
    private static partial void LogNotRecorded(ILogger logger, string action, Exception exception);
}
