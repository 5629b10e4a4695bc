using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Audit;

/// <summary>Writes the chain, one entry at a time. Facts that may not wait for the disk queue up here and are chained in order.</summary>
internal sealed partial class AuditGrain(IAuditStore store, IAuditAnchor anchor, TimeProvider time, ILogger<AuditGrain> logger) : Grain, IAuditGrain
{
    private readonly Queue<AuditFact> _waiting = new();
    private AuditEntry? _head;
    private bool _headKnown;

    /// <summary>The newest entry that the anchor holds and the log lacks.</summary>
    private AnchorLine? _behind;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(DrainAsync, new GrainTimerCreationOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public async Task<AuditEntry> Append(AuditFact fact)
    {
        await DrainOrThrowAsync();
        return await WriteAsync(fact);
    }

    public Task AppendEventually(AuditFact fact)
    {
        _waiting.Enqueue(fact);
        return DrainAsync(CancellationToken.None);
    }

    public Task<AuditCheck> Check() => CheckAgainst(null, null);

    public async Task<AuditCheck> CheckAgainst(long? sequence, string? hash)
    {
        var kept = await ReadAnchorAsync();

        // What this grain wrote last counts as well: it may not be in the anchor yet.
        var anchors = kept.Lines.ToList();
        if (_head is { } head) anchors.Add(new(head.Sequence, head.Hash));
        if (sequence is { } known && hash is not null) anchors.Add(new(known, hash));
        var check = await AuditChain.CheckAsync(store, anchors);
        return check with { AnchoredTo = kept.Lines.IsEmpty ? null : kept.Lines.Max(l => l.Sequence), AnchorProblem = kept.Problem };
    }

    private async Task<AnchorReading> ReadAnchorAsync()
    {
        try
        {
            return await Task.Run(anchor.Read).WaitAsync(TimeSpan.FromSeconds(3), time);
        }
        catch (Exception e)
        {
            LogAnchorUnread(logger, e);
            return new([], "The anchor could not be read.");
        }
    }

    private async Task<AnchorLine?> LastAnchoredAsync()
    {
        try
        {
            return await Task.Run(anchor.Last).WaitAsync(TimeSpan.FromSeconds(1), time);
        }
        catch (Exception e)
        {
            LogAnchorUnread(logger, e);
            return null;
        }
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
        if (!_headKnown)
        {
            _head = await store.HeadAsync(CancellationToken.None);

            // A log that lost its end goes on behind what its anchor knows: no number is given out twice, and the gap stays visible.
            if (await LastAnchoredAsync() is { } last && last.Sequence > (_head?.Sequence ?? 0)) _behind = last;
            else _behind = null;
            _headKnown = true;
        }

        var sequence = (_behind?.Sequence ?? _head?.Sequence ?? 0) + 1;
        var previous = _behind?.Hash ?? _head?.Hash ?? AuditHash.Genesis;
        var stored = fact with { At = new DateTimeOffset(fact.At.UtcTicks / 10 * 10, TimeSpan.Zero) };
        var entry = new AuditEntry(sequence, stored, previous, AuditHash.Compute(sequence, stored, previous));
        try
        {
            await store.AppendAsync(entry, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(3), time);
        }
        catch
        {
            // Written or not, nobody knows: read the head again before the next entry.
            _headKnown = false;
            throw;
        }

        _head = entry;
        _behind = null;
        anchor.Keep(entry);
        return entry;
    }

    [LoggerMessage(EventIds.AuditAnchorUnread, LogLevel.Error, "The audit log's anchor could not be read.")]
    private static partial void LogAnchorUnread(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.AuditWaiting, LogLevel.Warning, "{Count} audit entries wait for the store.")]
    private static partial void LogWaiting(ILogger logger, int count, Exception exception);
}
