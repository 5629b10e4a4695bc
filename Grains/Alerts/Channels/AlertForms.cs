using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Alerts.Channels;

/// <summary>Requests in the forms that receivers document. Pure.</summary>
internal static class AlertForms
{
    private const int MostSlack = 3_000;
    private const int MostDiscord = 2_000;
    private const int MostTelegram = 4_096;
    private const int MostPushover = 1_024;
    private const int MostPushoverTitle = 250;
    private const int MostPagerDuty = 1_024;
    private const int MostNtfy = 1_000;
    private const int MostTwilio = 1_600;

    public static ImmutableArray<string> Kinds { get; } = ["webhook", "slack", "discord", "telegram", "pushover", "pagerduty", "ntfy", "twilio"];

    /// <exception cref="AlertSecretMissingException">A variable is not set.</exception>
    /// <exception cref="AlertAddressInvalidException">A variable holds no address.</exception>
    public static ImmutableArray<AlertCall> Build(AlertChannelOptions channel, AlertSecrets secrets, AlertMessage message) => channel.Kind switch
    {
        "webhook" => [Webhook(channel, secrets, message)],
        "slack" => [Slack(channel, secrets, message)],
        "discord" => [Discord(channel, secrets, message)],
        "telegram" => [Telegram(channel, secrets, message)],
        "pushover" => [Pushover(channel, secrets, message)],
        "pagerduty" => PagerDuty(channel, secrets, message),
        "ntfy" => [Ntfy(channel, secrets, message)],
        "twilio" => [Twilio(channel, secrets, message)],
        _ => throw new NotSupportedException("No such kind of channel."),
    };

    private static AlertCall Webhook(AlertChannelOptions channel, AlertSecrets secrets, AlertMessage message)
    {
        var timestamp = message.SentAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var headers = new List<(string, string)> { ("X-ControlPlane-Timestamp", timestamp) };
        if (secrets.Optional is { } key) headers.Add(("X-ControlPlane-Signature", $"v1={Sign(key, timestamp, message.Json)}"));
        return new(HttpMethod.Post, channel.Url!, AlertCall.Text(message.Json), static (status, _) => AlertCall.Success(status)) { Headers = headers };
    }

    /// <summary>Lower-case hex of HMAC-SHA-256 over <c>timestamp.body</c>.</summary>
    public static string Sign(string key, string timestamp, string body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{timestamp}.{body}")));

    private static AlertCall Slack(AlertChannelOptions channel, AlertSecrets secrets, AlertMessage message)
    {
        // These three characters are all that Slack reads as markup of its own here; the rest is text.
        var text = message.Whole(MostSlack).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        if (IsAddress(secrets.Secret))
            return new(HttpMethod.Post, Hook(channel, secrets.Secret), AlertCall.Json(j => j.WriteString("text", text)), static (status, body) => status == 200 && body.Trim() == "ok") { NeedsBody = true };
        var to = channel.To ?? throw new AlertAddressInvalidException();
        var content = AlertCall.Json(j =>
        {
            j.WriteString("channel", to);
            j.WriteString("text", text);
            j.WriteBoolean("unfurl_links", false);
        });
        return new(HttpMethod.Post, Under(channel, "https://slack.com/api", "chat.postMessage"), content, static (status, body) => status == 200 && AlertCall.Says(body, "ok", "true"))
        {
            NeedsBody = true,
            Headers = [("Authorization", $"Bearer {secrets.Secret}")],
        };
    }

    private static AlertCall Discord(AlertChannelOptions channel, AlertSecrets secrets, AlertMessage message)
    {
        var content = AlertCall.Json(j =>
        {
            j.WriteString("content", message.Whole(MostDiscord));
            j.WriteStartObject("allowed_mentions");
            j.WriteStartArray("parse");
            j.WriteEndArray();
            j.WriteEndObject();
        });
        const string Agent = "DiscordBot (https://localhost/control-plane, 1.0)";
        return IsAddress(secrets.Secret)
            ? new(HttpMethod.Post, Hook(channel, secrets.Secret), content, static (status, _) => status is 200 or 204) { Headers = [("User-Agent", Agent)] }
            : new(HttpMethod.Post, Under(channel, "https://discord.com/api/v10", $"channels/{Uri.EscapeDataString(channel.To ?? throw new AlertAddressInvalidException())}/messages"), content, static (status, _) => status == 200)
            {
                Headers = [("Authorization", $"Bot {secrets.Secret}"), ("User-Agent", Agent)],
            };
    }

    private static AlertCall Telegram(AlertChannelOptions channel, AlertSecrets secrets, AlertMessage message)
    {
        var content = AlertCall.Json(j =>
        {
            j.WriteString("chat_id", channel.To);
            j.WriteString("text", message.Whole(MostTelegram));
            j.WriteStartObject("link_preview_options");
            j.WriteBoolean("is_disabled", true);
            j.WriteEndObject();
        });

        // The token is a part of the path; the colon in it must stay one.
        var token = Uri.EscapeDataString(secrets.Secret).Replace("%3A", ":", StringComparison.Ordinal);
        return new(HttpMethod.Post, Under(channel, "https://api.telegram.org", $"bot{token}/sendMessage"), content, static (status, body) => status == 200 && AlertCall.Says(body, "ok", "true")) { NeedsBody = true };
    }

    private static AlertCall Pushover(AlertChannelOptions channel, AlertSecrets secrets, AlertMessage message)
    {
        // High priority passes the phone's own quiet hours; emergency rings until somebody acknowledges.
        var urgent = message.Event is AlertEvent.Opened or AlertEvent.Repeated or AlertEvent.Escalated;
        var priority = !urgent ? 0 : message.Event == AlertEvent.Escalated ? 2 : message.Alert.Severity switch { AlertSeverity.Page => 1, AlertSeverity.Warn => 0, _ => -1 };
        var content = AlertCall.Form(
            ("token", secrets.Secret),
            ("user", secrets.User),
            ("title", AlertMessage.Cut(message.Headline, MostPushoverTitle)),
            ("message", AlertMessage.Cut(message.Text, MostPushover)),
            ("priority", priority.ToString(CultureInfo.InvariantCulture)),
            ("retry", priority == 2 ? "60" : null),
            ("expire", priority == 2 ? "3600" : null),
            ("timestamp", message.Alert.OpenedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("url", message.Link?.ToString()),
            ("url_title", message.Link is null ? null : "Open the alert"));
        return new(HttpMethod.Post, Under(channel, "https://api.pushover.net", "1/messages.json"), content, static (status, body) => status == 200 && AlertCall.Says(body, "status", "1")) { NeedsBody = true };
    }

    private static ImmutableArray<AlertCall> PagerDuty(AlertChannelOptions channel, AlertSecrets secrets, AlertMessage message) => message.Event switch
    {
        AlertEvent.Resolved => [PagerDuty(channel, secrets, message, "resolve")],
        AlertEvent.Acknowledged => [PagerDuty(channel, secrets, message, "acknowledge")],

        // A test leaves no incident behind.
        AlertEvent.Test => [PagerDuty(channel, secrets, message, "trigger"), PagerDuty(channel, secrets, message, "resolve")],
        _ => [PagerDuty(channel, secrets, message, "trigger")],
    };

    private static AlertCall PagerDuty(AlertChannelOptions channel, AlertSecrets secrets, AlertMessage message, string action)
    {
        var content = AlertCall.Json(j =>
        {
            j.WriteString("routing_key", secrets.Secret);
            j.WriteString("event_action", action);
            j.WriteString("dedup_key", message.Alert.AlertId);
            if (action != "trigger") return;
            j.WriteStartObject("payload");
            j.WriteString("summary", AlertMessage.Cut(message.Headline, MostPagerDuty));
            j.WriteString("source", "control-plane");
            j.WriteString("severity", message.Alert.Severity switch { AlertSeverity.Page => "critical", AlertSeverity.Warn => "warning", _ => "info" });
            j.WriteString("timestamp", message.Alert.OpenedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            j.WriteString("component", message.Alert.Subject);
            j.WriteString("class", message.Alert.Kind);
            j.WriteStartObject("custom_details");
            j.WriteString("text", message.Text);
            j.WriteString("trace_id", message.TraceId);
            j.WriteEndObject();
            j.WriteEndObject();
            if (message.Link is not { } link) return;
            j.WriteStartArray("links");
            j.WriteStartObject();
            j.WriteString("href", link.ToString());
            j.WriteString("text", "Open the alert");
            j.WriteEndObject();
            j.WriteEndArray();
        });
        return new(HttpMethod.Post, Under(channel, "https://events.pagerduty.com", "v2/enqueue"), content, static (status, body) => status == 202 && AlertCall.Says(body, "status", "success")) { NeedsBody = true };
    }

    private static AlertCall Ntfy(AlertChannelOptions channel, AlertSecrets secrets, AlertMessage message)
    {
        var urgent = message.Event is AlertEvent.Opened or AlertEvent.Repeated or AlertEvent.Escalated;
        var content = AlertCall.Json(j =>
        {
            j.WriteString("topic", channel.To);
            j.WriteString("title", message.Headline);
            j.WriteString("message", AlertMessage.Cut(message.Text, MostNtfy));
            j.WriteNumber("priority", !urgent ? 3 : message.Alert.Severity switch { AlertSeverity.Page => 5, AlertSeverity.Warn => 4, _ => 2 });
            j.WriteStartArray("tags");
            j.WriteStringValue(urgent ? "rotating_light" : message.Event == AlertEvent.Test ? "test_tube" : "white_check_mark");
            j.WriteEndArray();

            // Messages of one alert take each other's place.
            j.WriteString("sequence_id", message.Alert.AlertId);
            if (message.Link is { } link) j.WriteString("click", link.ToString());
        });
        return new(HttpMethod.Post, channel.Url ?? new Uri("https://ntfy.sh/"), content, static (status, body) => status == 200 && AlertCall.Says(body, "event", "message"))
        {
            NeedsBody = true,
            Headers = secrets.Optional is { } token ? [("Authorization", $"Bearer {token}")] : [],
        };
    }

    private static AlertCall Twilio(AlertChannelOptions channel, AlertSecrets secrets, AlertMessage message)
    {
        var content = AlertCall.Form(("To", channel.To), ("From", channel.From), ("Body", message.Whole(MostTwilio)));
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{secrets.User}:{secrets.Secret}"));
        return new(HttpMethod.Post, Under(channel, "https://api.twilio.com", $"2010-04-01/Accounts/{Uri.EscapeDataString(secrets.User)}/Messages.json"), content, static (status, _) => status == 201)
        {
            Headers = [("Authorization", $"Basic {basic}")],
        };
    }

    private static bool IsAddress(string secret) => secret.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || secret.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    private static Uri Under(AlertChannelOptions channel, string standard, string path) =>
        new($"{(channel.Url?.ToString() ?? standard).TrimEnd('/')}/{path}");

    /// <summary>A webhook's address is the secret. Its host may be replaced by the operator's own setting; else it must be https.</summary>
    private static Uri Hook(AlertChannelOptions channel, string secret)
    {
        if (!Uri.TryCreate(secret, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps || address.UserInfo.Length > 0) throw new AlertAddressInvalidException();
        return channel.Url is null ? address : new Uri($"{channel.Url.ToString().TrimEnd('/')}{address.PathAndQuery}");
    }
}
