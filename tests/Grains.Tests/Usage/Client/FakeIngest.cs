using System.Collections.Immutable;
using System.Reflection;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Usage.Client;

/// <summary>The cluster as a sender sees it: takes, refuses, fails or keeps silent as the test says.</summary>
internal sealed class FakeIngest : IUsageIngestGrain
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _held;

    public List<UsageEvent> Events { get; } = [];
    public List<UsageLoss> Losses { get; } = [];
    public int Calls { get; private set; }
    public Exception? Fails { get; set; }
    public bool Full { get; set; }
    public ImmutableArray<UsageRejection> Rejects { get; set; } = [];

    /// <summary>The answer gets lost although the events were taken.</summary>
    public bool LosesAnswers { get; set; }

    public IGrainFactory Factory => GrainFactoryOf.Ingest(this);

    public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume() => _held?.TrySetResult();

    public UsageEvent[] Taken()
    {
        lock (_gate) return [.. Events];
    }

    public async Task<UsageReceipt> Append(ImmutableArray<UsageEvent> events)
    {
        if (_held is { } held) await held.Task;
        lock (_gate)
        {
            Calls++;
            if (Fails is { } failure) throw failure;
            if (Full) return new(0, 0, [], true);
            Events.AddRange(events.Where(e => Events.All(known => known.EventId != e.EventId)));
            if (LosesAnswers) throw new TimeoutException();
            return new(events.Length - Rejects.Length, 0, Rejects, false);
        }
    }

    public Task ReportLoss(ImmutableArray<UsageLoss> losses)
    {
        if (Fails is { } failure) throw failure;
        lock (_gate) Losses.AddRange(losses);
        return Task.CompletedTask;
    }
}

/// <summary>A grain factory that knows one grain.</summary>
internal class GrainFactoryOf : DispatchProxy
{
    private IUsageIngestGrain _ingest = null!;

    public static IGrainFactory Ingest(IUsageIngestGrain ingest)
    {
        var factory = Create<IGrainFactory, GrainFactoryOf>();
        ((GrainFactoryOf)(object)factory)._ingest = ingest;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.IsGenericMethod && targetMethod.GetGenericArguments()[0] == typeof(IUsageIngestGrain) ? _ingest : throw new NotSupportedException();
}
