using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>Every store port in memory, with a switch that makes all of them fail, or hang, as a lost disk or database does.</summary>
internal sealed class InMemoryStores : IUsageEventStore, IVerificationStore, ITransitionStore, IKillDrillStore, IAuditStore, ITraceIndex, IBotIndex, IStoreProbe
{
    private readonly Lock _gate = new();
    private readonly List<UsageEvent> _events = [];
    private readonly Dictionary<string, BotIndexRow> _bots = [];
    private TaskCompletionSource? _hang;
    private TaskCompletionSource? _forgotten;
    private long _commits;
    private int _probes;
    private int _appends;

    public bool Failing { get; set; }

    /// <summary>What becomes of the answers to commits of usage.</summary>
    public LostAnswer LostUsage { get; set; }

    public int Probes => Volatile.Read(ref _probes);

    /// <summary>Calls with usage events that have come, committed or not.</summary>
    public int UsageAppends => Volatile.Read(ref _appends);

    /// <summary>Transitions are written, but whoever wrote them is told that they were not.</summary>
    public bool LoseAnswers { get; set; }
    public List<VerificationRecord> Verifications { get; } = [];
    public List<GateTransition> Transitions { get; } = [];
    public List<GatePresence> Presence { get; } = [];
    public List<KillDrill> Drills { get; } = [];
    public List<AuditEntry> Audit { get; } = [];

    /// <summary>The audit log alone can't be written; everything else works.</summary>
    public bool AuditUnwritable { get; set; }

    /// <summary>Usage events alone: the rest is the stores' own matter.</summary>
    public async Task<ImmutableArray<TraceRecord>> FindAsync(string traceId, int limit, CancellationToken cancellationToken)
    {
        await Ready();
        lock (_gate) return [.. _events.Where(e => e.TraceId == traceId).OrderByDescending(e => e.OccurredAt).Take(limit).Select(e => new TraceRecord(TraceKinds.UsageEvent, e.OccurredAt, e.Provider, e.BotId, e.EventId.ToString(), e.Operation, e.ErrorCode, null))];
    }

    public void Hang() => _hang = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Calls that hang go on hanging; those that come after do not.</summary>
    public void ForgetHang()
    {
        _forgotten = _hang;
        _hang = null;
    }

    public void Resume()
    {
        _hang?.TrySetResult();
        _forgotten?.TrySetResult();
        _hang = null;
        Failing = false;
    }

    public async Task Ready()
    {
        if (_hang is { } hang) await hang.Task;
        if (Failing) throw new StoreUnavailableException("injected");
    }

    private async Task<T> Do<T>(Func<T> work)
    {
        await Ready();
        lock (_gate) return work();
    }

    public Task<UsageAppend> AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _appends);
        return Do(() => Append(events));
    }

    private UsageAppend Append(IReadOnlyList<UsageEvent> events)
    {
        var written = ImmutableArray.CreateBuilder<bool>();
        foreach (var e in events)
        {
            var isNew = _events.All(x => x.EventId != e.EventId);
            if (isNew) _events.Add(e);
            written.Add(isNew);
        }

        _commits++;
        return LostUsage switch
        {
            LostAnswer.No => new UsageAppend(written.ToImmutable(), _commits),
            LostAnswer.Settled => new UsageAppend(written.ToImmutable(), 0),
            _ => throw new StoreUnavailableException("injected"),
        };
    }

    /// <summary>When set, reads of a provider's window wait for it.</summary>
    public TaskCompletionSource? Windows { get; set; }

    public async Task<UsageWindowRead> ReadWindowAsync(string provider, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Windows is { } wait) await wait.Task;
        return await Do(() => ReadWindow(provider, from, now));
    }

    private UsageWindowRead ReadWindow(string provider, DateTimeOffset from, DateTimeOffset now)
    {
        var mine = _events.Where(e => e.Provider == provider).ToArray();
        var last = mine.Where(e => e.OccurredAt <= now).MaxBy(e => e.OccurredAt);
        return new UsageWindowRead(
            _commits,
            [.. mine.Where(e => e.OccurredAt >= from).GroupBy(e => e.OccurredAt.ToUnixTimeSeconds()).Select(g => new UsageSecond(g.Key, g.Count(), g.Count(e => e.Status != UsageStatus.Ok)))],
            last?.OccurredAt,
            last?.BotId);
    }

    public Task<ImmutableArray<UsageHour>> ReadHoursAsync(string provider, DateTimeOffset from, CancellationToken cancellationToken) => Do(() => ImmutableArray<UsageHour>.Empty);

    public Task<ImmutableArray<string>> ReadBotsAsync(string provider, DateTimeOffset from, CancellationToken cancellationToken) => Do(() => ImmutableArray<string>.Empty);

    public Task<Page<UsageEvent>> PageAsync(string provider, int limit, string? before, CancellationToken cancellationToken) =>
        Do(() =>
        {
            var from = before is null ? 0 : int.Parse(before, System.Globalization.CultureInfo.InvariantCulture);
            var all = Enumerable.Reverse(_events).Where(e => e.Provider == provider).OrderByDescending(e => e.OccurredAt).ToList();
            return new Page<UsageEvent>([.. all.Skip(from).Take(limit)], from + limit < all.Count ? (from + limit).ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        });

    public Task<Page<UsageEvent>> PageFailedAsync(string provider, int limit, string? before, CancellationToken cancellationToken) =>
        Do(() => new Page<UsageEvent>([.. Enumerable.Reverse(_events).Where(e => e.Provider == provider && e.Status != UsageStatus.Ok).OrderByDescending(e => e.OccurredAt).Take(limit)], null));

    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) => Do(() => 0L);

    public Task AppendAsync(VerificationRecord record, CancellationToken cancellationToken) => Do(() => { Verifications.Add(record); return 0; });

    Task<Page<VerificationRecord>> IVerificationStore.PageAsync(string provider, int limit, string? before, CancellationToken cancellationToken) =>
        Do(() => new Page<VerificationRecord>([.. Verifications.Where(v => v.Provider == provider).OrderByDescending(v => v.At).Take(limit)], null));

    public Task AppendAsync(IReadOnlyList<GateTransition> transitions, CancellationToken cancellationToken) => Do(() =>
    {
        Transitions.AddRange(transitions);
        return LoseAnswers ? throw new StoreUnavailableException("injected") : 0;
    });

    public Task<Page<GateTransition>> PageAsync(DateTimeOffset? from, DateTimeOffset? to, int limit, string? before, CancellationToken cancellationToken) =>
        Do(() => new Page<GateTransition>([.. Enumerable.Reverse(Transitions).Take(limit)], null));

    public Task<GateTransition?> LastDecisionAsync(DateTimeOffset at, CancellationToken cancellationToken) => Do(() => Transitions.Where(t => t.Decision is not null && t.At <= at).OrderBy(t => t.At).LastOrDefault());

    public Task MarkPresenceAsync(GatePresence presence, CancellationToken cancellationToken) => Do(() =>
    {
        Presence.RemoveAll(p => (p.Epoch, p.From) == (presence.Epoch, presence.From));
        Presence.Add(presence);
        return 0;
    });

    public Task<GatePresence?> PresenceAsync(DateTimeOffset at, CancellationToken cancellationToken) => Do(() => Presence.Where(p => p.From <= at).MaxBy(p => p.From));

    public Task AppendAsync(KillDrill drill, CancellationToken cancellationToken) => Do(() => { Drills.Add(drill); return 0; });

    Task<Page<KillDrill>> IKillDrillStore.PageAsync(int limit, string? before, CancellationToken cancellationToken) =>
        Do(() => new Page<KillDrill>([.. Enumerable.Reverse(Drills).Take(limit)], null));

    public Task<AuditEntry?> HeadAsync(CancellationToken cancellationToken) => Do(() => Audit.MaxBy(a => a.Sequence));

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) => Do(() => { if (AuditUnwritable) throw new IOException("The audit log is full."); if (Audit.Any(a => a.Sequence == entry.Sequence)) throw new StoreConflictException("injected"); Audit.Add(entry); return 0; });

    public Task<Page<AuditEntry>> PageAsync(int limit, string? before, CancellationToken cancellationToken) => Do(() => new Page<AuditEntry>([.. Audit.OrderByDescending(a => a.Sequence).Take(limit)], null));

    public Task<ImmutableArray<AuditEntry>> ReadForwardAsync(long fromSequence, int limit, CancellationToken cancellationToken) =>
        Do(() => Audit.Where(a => a.Sequence >= fromSequence).OrderBy(a => a.Sequence).Take(limit).ToImmutableArray());

    public Task UpsertAsync(BotIndexRow row, CancellationToken cancellationToken) => Do(() => { _bots[row.BotId] = row; return 0; });

    public Task<bool> TryAddAsync(BotIndexRow row, int max, CancellationToken cancellationToken) => Do(() =>
    {
        if (_bots.Keys.Count(id => id != row.BotId) >= max) return false;
        _bots[row.BotId] = row;
        return true;
    });

    public Task RemoveAsync(string botId, CancellationToken cancellationToken) => Do(() => { _bots.Remove(botId, out _); return 0; });

    public Task<ImmutableArray<BotIndexRow>> ListAsync(CancellationToken cancellationToken) => Do(() => _bots.Values.ToImmutableArray());

    public Task ProbeAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _probes);
        return Ready();
    }

    /// <summary>An event that nobody tells of.</summary>
    public void Slip(UsageEvent usage)
    {
        lock (_gate)
        {
            _events.Add(usage);
            _commits++;
        }
    }
}

/// <summary>The answer to a commit: as it is, lost and found committed without its number, or lost.</summary>
public enum LostAnswer
{
    No,
    Settled,
    Unknown,
}
