using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Alerts.Channels;

/// <summary>An alert in words and as JSON.</summary>
internal static class AlertText
{
    /// <param name="clean">Removes secrets from a text.</param>
    public static AlertMessage Write(AlertView view, AlertNotice notice, Uri? page, DateTimeOffset now, Func<string, string> clean)
    {
        var alert = view.Alert with { Message = clean(view.Alert.Message), SuggestedFix = view.Alert.SuggestedFix is { } fix ? clean(fix) : null, AcknowledgeReason = null };
        var headline = $"{Prefix(notice.Event, alert.Severity)} {Subject(alert)}";
        var text = Text(alert, notice.Event);
        var link = page is null ? null : new Uri($"{page.GetLeftPart(UriPartial.Path).TrimEnd('/')}/alerts?id={alert.AlertId}");
        return new(notice.Event, alert, headline, text, link, now, notice.TraceId) { Json = Json(view with { Alert = alert }, notice, now) };
    }

    private static string Prefix(AlertEvent what, AlertSeverity severity) => what switch
    {
        AlertEvent.Resolved => "[OVER]",
        AlertEvent.Acknowledged => "[TAKEN]",
        AlertEvent.Escalated => $"[{Word(severity).ToUpperInvariant()}, NOBODY ANSWERED]",
        AlertEvent.Repeated => $"[{Word(severity).ToUpperInvariant()}, STILL]",
        AlertEvent.Test => "[TEST]",
        _ => $"[{Word(severity).ToUpperInvariant()}]",
    };

    private static string Subject(AlertRecord alert)
    {
        var subject = alert.Subject.Replace("bot/", "bot ", StringComparison.Ordinal).Replace("integration/", "", StringComparison.Ordinal).Replace("node/", "node ", StringComparison.Ordinal);
        return alert.Kind switch
        {
            AlertKinds.SystemBlocked => "System BLOCKED",
            AlertKinds.SystemReducing => "System only reduces",
            AlertKinds.KillEngaged => $"Kill switch engaged: {subject}",
            AlertKinds.LiveArmed => $"LIVE armed: {subject}",
            AlertKinds.RunnerLost => $"Runner lost: {subject}",
            AlertKinds.KeyRefused => $"Key refused: {subject}",
            AlertKinds.KeyExpiring => $"Key ends soon: {subject}",
            AlertKinds.UsageLost => "Usage events lost",
            AlertKinds.StoreTrouble => "Store in trouble",
            AlertKinds.AuditBroken => "Audit log broken",
            AlertKinds.NodeNotReady => $"Not ready: {subject}",
            AlertKinds.BotBlind => $"May be blind: {subject}",
            AlertKinds.DailyLoss => $"Daily loss: {subject}",
            _ => "Test of this channel",
        };
    }

    /// <summary>What the cause keeps from happening.</summary>
    private static string Stops(string kind) => kind switch
    {
        AlertKinds.SystemBlocked => "Nothing opens; exits and cancels pass by their own rules.",
        AlertKinds.SystemReducing => "Nothing new opens; exits and cancels pass.",
        AlertKinds.KillEngaged => "No order passes; cancels do.",
        AlertKinds.LiveArmed => "Nothing: bots may trade with real money while it stands.",
        AlertKinds.RunnerLost => "Nobody runs this bot; what it holds stays as it is.",
        AlertKinds.KeyRefused => "The provider holds no gate.",
        AlertKinds.KeyExpiring => "Nothing yet; once the key has ended, the provider holds no gate.",
        AlertKinds.UsageLost => "Nothing; figures of use are not known.",
        AlertKinds.StoreTrouble => "Nothing opens until the store is well.",
        AlertKinds.AuditBroken => "Nothing; who did what can't be proven any more.",
        AlertKinds.NodeNotReady => "This node lets nothing pass and takes no release, arming or start.",
        AlertKinds.BotBlind => "Nothing; the bot sees no signal.",
        AlertKinds.DailyLoss => "Opening orders, once the limit is reached.",
        _ => "Nothing.",
    };

    private static string Text(AlertRecord alert, AlertEvent what)
    {
        if (what == AlertEvent.Test) return "This message proves that the channel works. Nothing is wrong.";
        var text = new StringBuilder(alert.Message).Append('\n').Append("Since: ").Append(Instant(alert.Since));
        if (what == AlertEvent.Resolved) return text.Append('\n').Append("Over: ").Append(Instant(alert.ResolvedAt ?? alert.OpenedAt)).ToString();
        if (what == AlertEvent.Acknowledged) return text.Append('\n').Append("Acknowledged by: ").Append(alert.AcknowledgedBy).ToString();
        text.Append('\n').Append("Stops: ").Append(Stops(alert.Kind));
        if (alert.SuggestedFix is { } fix) text.Append('\n').Append("Fix: ").Append(fix);
        return text.ToString();
    }

    public static string Word(AlertSeverity severity) => severity switch { AlertSeverity.Page => "page", AlertSeverity.Warn => "warn", _ => "info" };

    public static string Word(AlertEvent what) => what switch
    {
        AlertEvent.Opened => "opened",
        AlertEvent.Repeated => "repeated",
        AlertEvent.Escalated => "escalated",
        AlertEvent.Acknowledged => "acknowledged",
        AlertEvent.Resolved => "resolved",
        _ => "test",
    };

    public static string Word(AlertNoticeStatus status) => status switch
    {
        AlertNoticeStatus.Delivered => "delivered",
        AlertNoticeStatus.Failed => "failed",
        AlertNoticeStatus.Skipped => "skipped",
        _ => "pending",
    };

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Json(AlertView view, AlertNotice notice, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("event", Word(notice.Event));
            json.WriteStartObject("alert");
            json.WriteString("alert_id", view.Alert.AlertId);
            json.WriteString("kind", view.Alert.Kind);
            json.WriteString("severity", Word(view.Alert.Severity));
            json.WriteString("subject", view.Alert.Subject);
            json.WriteString("message", view.Alert.Message);
            json.WriteString("suggested_fix", view.Alert.SuggestedFix);
            json.WriteString("since", Wire(view.Alert.Since));
            json.WriteString("opened_at", Wire(view.Alert.OpenedAt));
            json.WriteString("resolved_at", view.Alert.ResolvedAt is { } resolved ? Wire(resolved) : null);
            json.WriteString("acknowledged_by", view.Alert.AcknowledgedBy);
            json.WriteStartArray("deliveries");
            foreach (var sent in view.Notices)
            {
                json.WriteStartObject();
                json.WriteString("channel", sent.Channel);
                json.WriteString("at", Wire(sent.LastAttemptAt ?? sent.CreatedAt));
                json.WriteString("status", Word(sent.Status));
                json.WriteString("error_code", sent.ErrorCode);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteString("sent_at", Wire(now));
            json.WriteString("trace_id", notice.TraceId);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Wire(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
