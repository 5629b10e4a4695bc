using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace ControlPlane.Grains.Usage;

/// <summary><c>ControlPlane:Usage</c>.</summary>
public sealed class UsageOptions
{
    public const string Section = "ControlPlane:Usage";

    /// <summary>How long events are kept, in days. 2 to 3,650.</summary>
    public int RetentionDays { get; set; } = 30;

    /// <summary>How far ahead an event's time may be, for clocks that differ. 0 to 86,400 s.</summary>
    public int MaxAheadSeconds { get; set; } = 300;

    public IEnumerable<string> Errors()
    {
        if (RetentionDays is < 2 or > 3650) yield return "ControlPlane__Usage__RetentionDays: must be a whole number from 2 to 3650.";
        if (MaxAheadSeconds is < 0 or > 86_400) yield return "ControlPlane__Usage__MaxAheadSeconds: must be a whole number from 0 to 86400.";
    }
}

/// <summary>Takes events, refuses bad ones one by one, commits the rest together, and tells each provider what was committed.</summary>
[StatelessWorker]
internal sealed class UsageIngestGrain(IUsageEventStore store, ProviderCatalogue catalogue, IOptions<UsageOptions> options, TimeProvider time)
    : Grain, IUsageIngestGrain
{
    public async Task<UsageReceipt> Append(ImmutableArray<UsageEvent> events)
    {
        var now = time.GetUtcNow();
        var rejected = ImmutableArray.CreateBuilder<UsageRejection>();
        var good = new List<UsageEvent>(events.Length);
        for (var i = 0; i < events.Length; i++)
        {
            if (Refuse(events[i], now) is { } reason) rejected.Add(reason with { Index = i });
            else good.Add(events[i]);
        }

        if (good.Count == 0) return new(0, 0, rejected.ToImmutable(), false);
        UsageAppend append;
        try
        {
            append = await store.AppendAsync(good, CancellationToken.None);
        }
        catch (StoreBusyException)
        {
            return new(0, 0, [], Full: true);
        }

        foreach (var delta in UsageDeltas.Of(good, append)) _ = GrainFactory.GetGrain<IProviderGrain>(delta.Provider).UsageCommitted(delta);
        var written = append.Written.Count(w => w);
        return new(written, good.Count - written, rejected.ToImmutable(), false);
    }

    private UsageRejection? Refuse(UsageEvent e, DateTimeOffset now)
    {
        if (catalogue.Find(e.Provider) is null) return new(0, Codes.UnknownProvider, "The provider is not in the catalogue.");
        if (e.OccurredAt > now.AddSeconds(options.Value.MaxAheadSeconds)) return new(0, Codes.InvalidRequest, $"occurred_at is more than {options.Value.MaxAheadSeconds} seconds ahead.");
        if (e.OccurredAt < now.AddDays(-options.Value.RetentionDays)) return new(0, Codes.InvalidRequest, "occurred_at is older than the retention.");
        return null;
    }
}
