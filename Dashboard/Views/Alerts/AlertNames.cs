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

    public static Tone Tone(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Page => Components.Tone.Blocked,
        AlertSeverity.Warn => Components.Tone.Degraded,
        _ => Components.Tone.Info,
    };

    public static Glyph Shape(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Page => Glyph.Octagon,
        AlertSeverity.Warn => Glyph.Triangle,
        _ => Glyph.Square,
    };

    public static string Word(AlertSeverity severity) => severity switch { AlertSeverity.Page => "Page", AlertSeverity.Warn => "Warning", _ => "Info" };

    /// <summary>One line for each channel: what it was last told, and whether that arrived.</summary>
    public static IEnumerable<(string Channel, string Says, Tone Tone, string Detail)> Deliveries(AlertRow alert) => alert.Deliveries
        .GroupBy(d => d.Channel, StringComparer.Ordinal)
        .Select(g => g.LastOrDefault(d => d is { Status: AlertNoticeStatus.Pending, ErrorCode: not null }) ?? g.Last())
        .Select(d => (d.Channel, Says(d), Tone(d.Status), $"{d.Event}: {(d.Attempts == 1 ? "1 attempt" : $"{d.Attempts} attempts")}{(d.ErrorCode is null ? "" : $", {d.ErrorCode}")}"));

    private static string Says(AlertDeliveryRow delivery) => delivery switch
    {
        { Status: AlertNoticeStatus.Delivered } => "delivered",
        { Status: AlertNoticeStatus.Failed } => $"not delivered: {delivery.ErrorCode}",
        { Status: AlertNoticeStatus.Skipped } => "not sent",
        { HeldUntil: not null } => "held by the quiet hours",
        { ErrorCode: { } code } => $"trying again: {code}",
        _ => "on its way",
    };

    private static Tone Tone(AlertNoticeStatus status) => status switch
    {
        AlertNoticeStatus.Delivered => Components.Tone.Ok,
        AlertNoticeStatus.Failed => Components.Tone.Blocked,
        AlertNoticeStatus.Skipped => Components.Tone.None,
        _ => Components.Tone.Degraded,
    };
}
