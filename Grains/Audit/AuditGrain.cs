using ControlPlane.Abstractions;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Audit;

/// <summary>Writes the chain, one entry at a time. Facts that may not wait for the disk queue up here and are chained in order.</summary>
internal sealed partial class AuditGrain(
    IAuditStore store, IAuditAnchor anchor, ClusterAnchors anchors, StoreMacs macs, StoreSealing sealing, StoreWitness witness, TimeProvider time, ILogger<AuditGrain> logger) : Grain, IAuditGrain
{
    private readonly Queue<AuditFact> _waiting = new();
    private readonly RefusalFold _refusals = new(time);
    private AuditEntry? _head;
    private bool _headKnown;

    /// <summary>The newest entry that an anchor holds and the log lacks.</summary>
    private AnchoredEntry? _behind;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(DrainOnTimeAsync, new GrainTimerCreationOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        foreach (var fact in _refusals.Take(all: true)) _waiting.Enqueue(fact);
        return DrainAsync(cancellationToken);
    }

    public async Task<AuditEntry> Append(AuditFact fact)
    {
        await DrainOrThrowAsync();
        return await WriteAsync(fact);
    }

    public Task AppendEventually(AuditFact fact)
    {
        if (fact.Outcome == RefusalFold.Outcome)
        {
            // Nobody waits for a refusal, and it waits for no disk.
            if (_refusals.Add(fact) is { } first) _waiting.Enqueue(first);
            return Task.CompletedTask;
        }

        _waiting.Enqueue(fact);
        return DrainAsync(CancellationToken.None);
    }

    public Task<AuditCheck> Check() => CheckAgainst(null, null);

    public async Task<AuditCheck> CheckAgainst(long? sequence, string? hash)
    {
        var nodes = await anchors.CompareAsync();

        // What this grain wrote last counts as well: it may not be in the anchor yet.
        var known = new List<AnchorLine>();
        if (_head is { } head) known.Add(new(head.Sequence, head.Hash));
        if (sequence is { } number && hash is not null) known.Add(new(number, hash));
        var check = await AuditChain.CheckAsync(store, known, await sealing.AuditRuleAsync(CancellationToken.None), nodes);

        // A silo that has written no entry yet has no anchor. That is a problem only while no silo has one.
        var kept = nodes.Where(n => n.Entries > 0).ToArray();
        return check with
        {
            AnchoredTo = kept.Max(n => n.Newest),
            AnchorProblem = (kept.Length > 0 ? kept : nodes.AsEnumerable()).Select(n => n.Problem).FirstOrDefault(p => p is not null),
        };
    }

    private Task DrainOnTimeAsync(CancellationToken cancellationToken)
    {
        foreach (var fact in _refusals.Take()) _waiting.Enqueue(fact);
        return DrainAsync(cancellationToken);
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            await DrainOrThrowAsync();
        }
        catch (Exception e)
        {
            LogWaiting(logger, _waiting.Count, e);
        }
    }

    private async Task DrainOrThrowAsync()
    {
        while (_waiting.TryPeek(out var fact))
        {
            await WriteAsync(fact);
            _waiting.Dequeue();
        }
    }

    private async Task<AuditEntry> WriteAsync(AuditFact fact)
    {
        try
        {
            return await WriteOnceAsync(fact);
        }
        catch (StoreConflictException)
        {
            // Somebody else has taken the number; nothing of this entry is there.
            return await WriteOnceAsync(fact);
        }
    }

    private async Task<AuditEntry> WriteOnceAsync(AuditFact fact)
    {
        if (!_headKnown)
        {
            await FindHeadAsync();
            _headKnown = true;
        }

        var sequence = (_behind?.Sequence ?? _head?.Sequence ?? 0) + 1;
        var previous = _behind?.Hash ?? _head?.Hash ?? AuditHash.Genesis;
        var stored = fact with { At = new DateTimeOffset(fact.At.UtcTicks / 10 * 10, TimeSpan.Zero) };
        var entry = new AuditEntry(sequence, stored, previous, AuditHash.Compute(sequence, stored, previous));
        entry = entry with { Mac = macs.OfAudit(entry.Hash) };
        try
        {
            await store.AppendAsync(entry, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(3), time);
        }
        catch
        {
            // The outcome is unknown: read the head again before the next entry.
            _headKnown = false;
            throw;
        }

        _head = entry;
        _behind = null;
        anchor.Keep(entry);
        return entry;
    }

    private async Task FindHeadAsync()
    {
        var rule = await sealing.AuditRuleAsync(CancellationToken.None);
        (_head, var forged) = await AuditHead.FindAsync(store, rule, CancellationToken.None);
        if (forged is not null && forged.Sequence > witness.ConfirmedAudit && !rule.Forged.Contains(forged.Sequence)) witness.Raise(SealWatch.Forged(forged.Sequence));

        // A log that lost its end continues after its anchors. No number is used twice, and the gap stays visible.
        _behind = await anchors.NewestAsync() is { } last && last.Sequence > (_head?.Sequence ?? 0) ? last : null;
    }

    [LoggerMessage(EventIds.AuditWaiting, LogLevel.Warning, "{Count} audit entries wait for the store.")]
    private static partial void LogWaiting(ILogger logger, int count, Exception exception);
}
