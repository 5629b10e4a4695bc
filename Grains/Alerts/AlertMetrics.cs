using System.Diagnostics.Metrics;

namespace ControlPlane.Grains.Alerts;

/// <summary>The meter <c>ControlPlane.Alerts</c>.</summary>
internal static class AlertMetrics
{
    private static readonly Meter s_meter = new("ControlPlane.Alerts");
    private static readonly Counter<long> s_changes = s_meter.CreateCounter<long>("controlplane.alerts.changes", "{change}", "Alerts that were opened, repeated, escalated, acknowledged or resolved.");
    private static readonly Counter<long> s_deliveries = s_meter.CreateCounter<long>("controlplane.alerts.deliveries", "{delivery}", "Attempts to deliver a message, by channel, kind and outcome.");

    public static void Changed(string what, string kind) => s_changes.Add(1, new("event", what), new("kind", kind));

    public static void Sent(string channel, string kind, string? code) => s_deliveries.Add(1, new("channel", channel), new("channel_kind", kind), new("outcome", code ?? "delivered"));
}
