using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Audit;

/// <summary>Writes the chain, one entry at a time. Facts that may not wait for the disk queue up here and are chained in order.</summary>
internal sealed partial class AuditGrain(IAuditStore store, TimeProvider time, ILogger<AuditGrain> logger) : Grain, IAuditGrain
{
    private const int PageSize = 1000;
    private readonly Queue<AuditFact> _waiting = new();
    private AuditEntry? _head;
    private bool _headKnown;

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

    public async Task<AuditCheck> Check()
    {
        long next = 1;
        var hash = AuditHash.Genesis;
        while (true)
        {
            var entries = await store.ReadForwardAsync(next, PageSize, CancellationToken.None);
            foreach (var entry in entries)
            {
                if (entry.Sequence != next) return Broken(next, "This entry is missing.");
                if (entry.PreviousHash != hash) return Broken(next, "This entry does not follow the one before it.");
                if (AuditHash.Compute(entry.Sequence, entry.Fact, entry.PreviousHash) != entry.Hash) return Broken(next, "This entry was changed.");
                hash = entry.Hash;
                next++;
            }

            if (entries.Length < PageSize) break;
        }

        // What this grain wrote last must be there: a cut tail shows while the process lives.
        return _head is { } head && head.Sequence >= next ? Broken(next, "The end of the log is missing.") : new(true, next - 1, null, null, hash);
    }

    private static AuditCheck Broken(long sequence, string problem) => new(false, sequence - 1, sequence, problem, null);

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            await DrainOrThrowAsync();
        }
        catch (Exception e)
        {
            LogWaiting(logger, _waiting.Count, e.GetType().Name);
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
            _headKnown = true;
        }

        var sequence = (_head?.Sequence ?? 0) + 1;
        var previous = _head?.Hash ?? AuditHash.Genesis;
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
        return entry;
    }

    [LoggerMessage(1501, LogLevel.Warning, "{Count} audit entries wait for the store ({ExceptionType}).")]
    private static partial void LogWaiting(ILogger logger, int count, string exceptionType);
}
