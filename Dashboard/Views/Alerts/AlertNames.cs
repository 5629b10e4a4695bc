using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;

namespace ControlPlane.Dashboard.Views.Alerts;

/// <summary>Alerts in words.</summary>
public static class AlertNames
{
    public static string Title(AlertRow alert) => alert.Kind switch
    {
        "system_blocked" => "System BLOCKED",
        "system_reducing" => "System only reduces",
        "kill_engaged" => "Kill switch engaged",
        "live_armed" => "LIVE armed",
        "runner_lost" => "Runner lost",
        "key_refused" => "Key refused",
        "key_expiring" => "Key ends soon",
        "usage_lost" => "Usage events lost",
        "store_trouble" => "Store in trouble",
        "audit_broken" => "Audit log broken",
        "node_not_ready" => "Node not ready",
        "bot_blind" => "Bot may be blind",
        "daily_loss" => "Daily loss",
        "test" => "Test of the channels",
        _ => alert.Kind,
    };

    /// <summary>The subject where it says more than the title.</summary>
    public static string Subject(AlertRow alert) => alert.Subject is "system" or "alerts" or "audit"
        ? ""
        : alert.Subject[(alert.Subject.IndexOf('/', StringComparison.Ordinal) + 1)..];

    public static Tone Tone(AlertUrgency severity) => severity switch
    {
        AlertUrgency.Page => Components.Tone.Blocked,
        AlertUrgency.Warn => Components.Tone.Degraded,
        _ => Components.Tone.Info,
    };

    public static Glyph Shape(AlertUrgency severity) => severity switch
    {
        AlertUrgency.Page => Glyph.Octagon,
        AlertUrgency.Warn => Glyph.Triangle,
        _ => Glyph.Square,
    };

    public static string Word(AlertUrgency severity) => severity switch { AlertUrgency.Page => "Page", AlertUrgency.Warn => "Warning", _ => "Info" };

    /// <summary>One line for each channel: what it was last told, and whether that arrived.</summary>
    public static IEnumerable<(string Channel, string Says, Tone Tone, string Detail)> Deliveries(AlertRow alert) => alert.Deliveries
        .GroupBy(d => d.Channel, StringComparer.Ordinal)
        .Select(g => g.LastOrDefault(d => d is { Status: AlertDeliveryStatus.Pending, ErrorCode: not null }) ?? g.Last())
        .Select(d => (d.Channel, Says(d), Tone(d.Status), $"{d.Event}: {(d.Attempts == 1 ? "1 attempt" : $"{d.Attempts} attempts")}{(d.ErrorCode is null ? "" : $", {d.ErrorCode}")}"));

    private static string Says(AlertDeliveryRow delivery) => delivery switch
    {
        { Status: AlertDeliveryStatus.Delivered } => "delivered",
        { Status: AlertDeliveryStatus.Failed } => $"not delivered: {delivery.ErrorCode}",
        { Status: AlertDeliveryStatus.Skipped } => "not sent",
        { HeldUntil: not null } => "held by the quiet hours",
        { ErrorCode: { } code } => $"trying again: {code}",
        _ => "on its way",
    };

    private static Tone Tone(AlertDeliveryStatus status) => status switch
    {
        AlertDeliveryStatus.Delivered => Components.Tone.Ok,
        AlertDeliveryStatus.Failed => Components.Tone.Blocked,
        AlertDeliveryStatus.Skipped => Components.Tone.None,
        _ => Components.Tone.Degraded,
    };
}
