using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Usage;

namespace ControlPlane.Api.Tests.Host;

/// <summary>Stores that hold nothing, and can be broken or hung.</summary>
internal sealed class FakeStores : IUsageEventStore, IVerificationStore, ITransitionStore, IKillDrillStore, IAuditStore, ITraceIndex, IStoreProbe
{
    public const string Cursor = "good-cursor";

    public bool Broken { get; set; }
    public bool Hangs { get; set; }
    public ImmutableArray<GateTransition> Transitions { get; set; } = [];
    public int Probes { get; private set; }

    public Task<UsageAppend> AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<UsageWindowRead> ReadWindowAsync(string provider, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<ImmutableArray<UsageHour>> ReadHoursAsync(string provider, DateTimeOffset from, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<ImmutableArray<string>> ReadBotsAsync(string provider, DateTimeOffset from, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Page<UsageEvent>> IUsageEventStore.PageAsync(string provider, int limit, string? before, CancellationToken cancellationToken) => Page<UsageEvent>([], before);

    public ImmutableArray<UsageEvent> FailedUsage { get; set; } = [];

    Task<Page<UsageEvent>> IUsageEventStore.PageFailedAsync(string provider, int limit, string? before, CancellationToken cancellationToken) => Page(FailedUsage, before);

    public Task AppendAsync(VerificationRecord record, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Page<VerificationRecord>> IVerificationStore.PageAsync(string provider, int limit, string? before, CancellationToken cancellationToken) => Page<VerificationRecord>([], before);

    public Task AppendAsync(IReadOnlyList<GateTransition> transitions, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<GateTransition>> PageAsync(DateTimeOffset? from, DateTimeOffset? to, int limit, string? before, CancellationToken cancellationToken) => Page(Transitions, before);

    public GatePresence? Presence { get; set; }

    public Task<GateTransition?> LastDecisionAsync(DateTimeOffset at, CancellationToken cancellationToken) =>
        Broken ? throw new IOException("SELECT secret FROM broken") : Task.FromResult(Transitions.Where(t => t.Decision is not null && t.At <= at).MaxBy(t => t.At));

    public Task MarkPresenceAsync(GatePresence presence, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GatePresence?> PresenceAsync(DateTimeOffset at, CancellationToken cancellationToken) => Task.FromResult(Presence is { } p && p.From <= at ? p : null);

    public ImmutableArray<KillDrill> Drills { get; set; } = [];

    public Task AppendAsync(KillDrill drill, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Page<KillDrill>> IKillDrillStore.PageAsync(int limit, string? before, CancellationToken cancellationToken) => Page(Drills, before);

    public ImmutableArray<TraceRecord> Traced { get; set; } = [];

    public Task<ImmutableArray<TraceRecord>> FindAsync(string traceId, int limit, CancellationToken cancellationToken) =>
        Broken ? throw new IOException("SELECT secret FROM broken") : Task.FromResult(Traced);

    public Task<AuditEntry?> HeadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Page<AuditEntry>> IAuditStore.PageAsync(int limit, string? before, CancellationToken cancellationToken) => Page<AuditEntry>([], before);

    public Task<ImmutableArray<AuditEntry>> ReadForwardAsync(long fromSequence, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ProbeAsync(CancellationToken cancellationToken)
    {
        Probes++;
        return Broken ? throw new IOException("disk gone") : Task.CompletedTask;
    }

    private async Task<Page<T>> Page<T>(ImmutableArray<T> items, string? before)
    {
        if (Hangs) await new TaskCompletionSource().Task;
        if (Broken) throw new IOException("SELECT secret FROM broken");
        if (before is not null and not Cursor) throw new InvalidCursorException();
        return new Page<T>(items, null);
    }
}
