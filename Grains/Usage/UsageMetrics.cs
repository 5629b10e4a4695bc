using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ControlPlane.Grains.Usage;

/// <summary>The meter and the traces <c>ControlPlane.Usage</c>, on the side that commits.</summary>
internal static class UsageMetrics
{
    public const string Name = "ControlPlane.Usage";
    private static readonly ActivitySource s_traces = new(Name);
    private static readonly Meter s_meter = new(Name);
    private static readonly Counter<long> s_events = s_meter.CreateCounter<long>("controlplane.usage.events", "{event}", "Usage events by what became of them.");
    private static readonly Counter<long> s_full = s_meter.CreateCounter<long>("controlplane.usage.full", "{call}", "Calls with usage events that found no room and were told to come back.");
    private static readonly Counter<long> s_failed = s_meter.CreateCounter<long>("controlplane.usage.failed", "{call}", "Calls with usage events that the store could not commit.");
    private static readonly Counter<long> s_lost = s_meter.CreateCounter<long>("controlplane.usage.lost", "{event}", "Usage events that a reporter told to be lost.");
    private static readonly Histogram<double> s_commit = s_meter.CreateHistogram<double>("controlplane.usage.commit.duration", "s", "How long calls with usage events waited for their commit.");

    public static Activity? StartCommit(int events) => s_traces.StartActivity("usage commit")?.SetTag("controlplane.events", events);

    public static void Committed(int accepted, int duplicates, TimeSpan took)
    {
        s_events.Add(accepted, new TagList { { "outcome", "accepted" } });
        if (duplicates > 0) s_events.Add(duplicates, new TagList { { "outcome", "duplicate" } });
        s_commit.Record(took.TotalSeconds);
    }

    public static void Rejected(int events) => s_events.Add(events, new TagList { { "outcome", "rejected" } });

    public static void Full() => s_full.Add(1);

    public static void Failed() => s_failed.Add(1);

    public static void Lost(long events) => s_lost.Add(events);
}
