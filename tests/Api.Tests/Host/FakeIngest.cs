using System.Collections.Concurrent;
using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Tests.Host;

internal sealed class FakeIngest : IUsageIngestGrain
{
    public ConcurrentQueue<UsageEvent> Events { get; } = new();
    public bool Full { get; set; }
    public Exception? Failing { get; set; }
    public ImmutableArray<UsageRejection> Rejects { get; set; } = [];

    public Task ReportLoss(ImmutableArray<UsageLoss> losses) => Task.CompletedTask;

    public Task<UsageReceipt> Append(ImmutableArray<UsageEvent> events)
    {
        if (Failing is { } failure) throw failure;
        if (Full) return Task.FromResult(new UsageReceipt(0, 0, [], true));
        foreach (var usage in events) Events.Enqueue(usage);
        return Task.FromResult(new UsageReceipt(events.Length - Rejects.Length, 0, Rejects, false));
    }
}
