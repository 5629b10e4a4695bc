using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage.Policy;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace ControlPlane.Grains.Usage;

/// <summary>Takes events, refuses bad ones one by one, commits the rest together, and tells each provider what was committed.</summary>
/// <remarks>It keeps nothing between calls, so that they may interleave: calls that wait for one commit at the same time share it. One
/// call after the other would leave the writer two calls a commit on a machine with two cores.</remarks>
[StatelessWorker, Reentrant]
internal sealed class UsageIngestGrain(IUsageEventStore store, IKnownProviders providers, IOptions<UsageOptions> options, TimeProvider time)
    : Grain, IUsageIngestGrain
{
    // A look-up of a reference costs about what its call does. As many as the catalogue has providers: others are refused.
    private readonly Dictionary<string, IProviderGrain> _providers = new(StringComparer.Ordinal);

    private DeltaOutbox? _outbox;

    public async Task<UsageReceipt> Append(ImmutableArray<UsageEvent> events)
    {
        var now = time.GetUtcNow();
        var rejected = ImmutableArray.CreateBuilder<UsageRejection>();
        if (events.Length > UsageLimits.MaxEvents) throw new ArgumentException($"A call may hold {UsageLimits.MaxEvents} events at most.", nameof(events));
        List<UsageEvent>? left = null;
        for (var i = 0; i < events.Length; i++)
        {
            if (Refuse(events[i], now) is { } reason)
            {
                left ??= [.. events.AsSpan()[..i]];
                rejected.Add(reason with { Index = i });
            }
            else
            {
                left?.Add(events[i]);
            }
        }

        // Most calls are good as a whole, and then go on as they came.
        var good = left ?? (IReadOnlyList<UsageEvent>)(ImmutableCollectionsMarshal.AsArray(events) ?? []);
        if (rejected.Count > 0) UsageMetrics.Rejected(rejected.Count);
        if (good.Count == 0) return new(0, 0, rejected.ToImmutable(), false);
        UsageAppend append;
        using var span = UsageMetrics.StartCommit(good.Count);
        var began = time.GetTimestamp();
        try
        {
            append = await store.AppendAsync(good, CancellationToken.None);
        }
        catch (StoreBusyException)
        {
            UsageMetrics.Full();
            return new(0, 0, [], Full: true);
        }
        catch (Exception)
        {
            // It may be committed all the same.
            foreach (var provider in good.Select(e => e.Provider).Distinct(StringComparer.Ordinal)) Publish(UsageDelta.Doubt(provider));
            UsageMetrics.Failed();
            throw;
        }

        _outbox ??= new(Publish, time);
        await _outbox.PublishAsync(good, append);
        var written = append.Written.Count(w => w);
        UsageMetrics.Committed(written, good.Count - written, time.GetElapsedTime(began));
        return new(written, good.Count - written, rejected.ToImmutable(), false);
    }

    public async Task ReportLoss(ImmutableArray<UsageLoss> losses)
    {
        foreach (var loss in losses)
        {
            UsageMetrics.Lost(loss.Events);
            if (providers.Knows(loss.Provider) && loss.Events > 0) await GrainFactory.GetGrain<IProviderGrain>(loss.Provider).UsageLost(loss);
        }
    }

    private void Publish(UsageDelta delta)
    {
        ref var provider = ref CollectionsMarshal.GetValueRefOrAddDefault(_providers, delta.Provider, out _);
        provider ??= GrainFactory.GetGrain<IProviderGrain>(delta.Provider);
        _ = provider.UsageCommitted(delta);
    }

    private UsageRejection? Refuse(UsageEvent e, DateTimeOffset now)
    {
        if (!providers.Knows(e.Provider)) return new(0, Codes.UnknownProvider, "The provider is not in the catalogue.");
        if (UsageEventRules.Broken(e) is { } broken) return new(0, Codes.InvalidRequest, broken);
        if (e.OccurredAt > now.AddSeconds(options.Value.MaxAheadSeconds)) return new(0, Codes.InvalidRequest, $"occurred_at is more than {options.Value.MaxAheadSeconds} seconds ahead.");
        if (e.OccurredAt < now.AddDays(-options.Value.RetentionDays)) return new(0, Codes.InvalidRequest, "occurred_at is older than the retention.");
        return null;
    }
}
