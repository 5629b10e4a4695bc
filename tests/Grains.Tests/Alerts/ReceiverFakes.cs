using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ControlPlane.Grains.Tests.Alerts;

/// <summary>A request as it came over the wire.</summary>
internal sealed record Received(string Method, string Path, ImmutableDictionary<string, string> Headers, string Body)
{
    public static Received Parse(string raw)
    {
        var end = raw.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = raw[..end].Split("\r\n");
        var first = lines[0].Split(' ');
        return new(
            first[0], first[1],
            lines.Skip(1).Select(l => l.Split(": ", 2)).ToImmutableDictionary(l => l[0], l => l[1], StringComparer.OrdinalIgnoreCase),
            raw[(end + 4)..]);
    }

    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public Dictionary<string, string> Form => Body.Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => Uri.UnescapeDataString(p[0].Replace('+', ' ')), p => Uri.UnescapeDataString(p[1].Replace('+', ' ')), StringComparer.Ordinal);

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>Receivers that check a request as the real ones document it, and answer as they do. Written from their documents, not from the product.</summary>
internal static class ReceiverFakes
{
    public const string SlackToken = "xoxb-000000000000-canary-slack";
    public const string DiscordHookPath = "/api/webhooks/123456789012345678/canary-discord-hook-token";
    public const string DiscordToken = "canary.discord.bot-token";
    public const string TelegramToken = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1";
    public const string PushoverToken = "azGDORePK8gMaC0QOYAMyEEuzJnyUi";
    public const string PushoverUser = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG";
    public const string PagerDutyKey = "R0123456789ABCDEFGHIJKLMNOPQRSTU";
    public const string NtfyToken = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2";
    public const string TwilioSid = "AC00000000000000000000000000000000";
    public const string TwilioToken = "0123456789abcdef0123456789abcdef";

    /// <summary>Status and body; a request that breaks the receiver's rules is refused as it would be.</summary>
    public static (int Status, string Body) Answer(string kind, Received request) => kind switch
    {
        "slack-hook" => SlackHook(request),
        "slack" => Slack(request),
        "discord-hook" => Discord(request, DiscordHookPath, null),
        "discord" => Discord(request, "/channels/42/messages", $"Bot {DiscordToken}"),
        "telegram" => Telegram(request),
        "pushover" => Pushover(request),
        "pagerduty" => PagerDuty(request),
        "ntfy" => Ntfy(request),
        "twilio" => Twilio(request),
        _ => (404, "no such receiver"),
    };

    private static (int, string) SlackHook(Received r)
    {
        if (r.Method != "POST" || r.Path != "/services/T000/B000/canary-slack-hook") return (404, "no_service");
        if (!IsJson(r) || r.Json["text"]?.GetValue<string>() is not { Length: > 0 and <= 40_000 } text) return (400, "invalid_payload");
        return text.Contains('<') || text.Contains('>') ? (400, "invalid_payload") : (200, "ok");
    }

    private static (int, string) Slack(Received r)
    {
        if (r.Method != "POST" || r.Path != "/chat.postMessage") return (404, "");
        if (r.Header("Authorization") != $"Bearer {SlackToken}") return (200, """{"ok":false,"error":"invalid_auth"}""");
        if (r.Json["channel"]?.GetValue<string>() != "C024BE91L") return (200, """{"ok":false,"error":"channel_not_found"}""");
        return r.Json["text"]?.GetValue<string>() is { Length: > 0 } ? (200, """{"ok":true,"channel":"C024BE91L","ts":"1503435956.000247"}""") : (200, """{"ok":false,"error":"no_text"}""");
    }

    private static (int, string) Discord(Received r, string path, string? authorization)
    {
        if (r.Method != "POST" || r.Path != path) return (404, """{"message":"Unknown Webhook","code":10015}""");
        if (r.Header("Authorization") != authorization) return (401, """{"message":"401: Unauthorized","code":0}""");
        if (r.Header("User-Agent")?.StartsWith("DiscordBot (", StringComparison.Ordinal) != true) return (403, "error code: 1010");
        if (!IsJson(r) || r.Json["content"]?.GetValue<string>() is not { Length: > 0 and <= 2_000 }) return (400, """{"code":50035,"message":"Invalid Form Body"}""");
        return r.Json["allowed_mentions"]?["parse"] is JsonArray { Count: 0 } ? (authorization is null ? (204, "") : (200, """{"id":"1"}""")) : (400, """{"message":"would mention everyone"}""");
    }

    private static (int, string) Telegram(Received r)
    {
        if (r.Path != $"/bot{TelegramToken}/sendMessage") return (404, """{"ok":false,"error_code":404,"description":"Not Found"}""");
        if (!IsJson(r) || r.Json["chat_id"]?.GetValue<string>() != "-1001234") return (400, """{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}""");
        if (r.Json["parse_mode"] is not null) return (400, """{"ok":false,"error_code":400,"description":"Bad Request: can't parse entities"}""");
        return r.Json["text"]?.GetValue<string>() is { Length: > 0 and <= 4_096 } ? (200, """{"ok":true,"result":{"message_id":1}}""") : (400, """{"ok":false,"error_code":400,"description":"Bad Request: message text is empty"}""");
    }

    private static (int, string) Pushover(Received r)
    {
        (int, string) Refuse(string field) => (400, $$"""{"{{field}}":"invalid","errors":["{{field}} is invalid"],"status":0,"request":"5042853c"}""");
        if (r.Method != "POST" || r.Path != "/1/messages.json") return (404, "");
        if (r.Header("Content-Type") != "application/x-www-form-urlencoded") return Refuse("content");
        var form = r.Form;
        if (form.GetValueOrDefault("token") != PushoverToken) return Refuse("token");
        if (form.GetValueOrDefault("user") != PushoverUser) return Refuse("user");
        if (form.GetValueOrDefault("message") is not { Length: > 0 and <= 1_024 }) return Refuse("message");
        if (form.GetValueOrDefault("title") is { Length: > 250 }) return Refuse("title");
        if (!int.TryParse(form.GetValueOrDefault("priority", "0"), CultureInfo.InvariantCulture, out var priority) || priority is < -2 or > 2) return Refuse("priority");
        if (priority == 2 && !(int.Parse(form["retry"], CultureInfo.InvariantCulture) >= 30 && int.Parse(form["expire"], CultureInfo.InvariantCulture) <= 10_800)) return Refuse("retry");
        if (form.ContainsKey("url_title") && !form.ContainsKey("url")) return Refuse("url");
        return (200, """{"status":1,"request":"647d2300-702c-4b38-8b2f-d56326ae460b"}""");
    }

    private static (int, string) PagerDuty(Received r)
    {
        (int, string) Refuse(string why) => (400, $$"""{"status":"invalid event","message":"Event object is invalid","errors":["{{why}}"]}""");
        if (r.Method != "POST" || r.Path != "/v2/enqueue") return (404, "");
        var e = r.Json;
        if (e["routing_key"]?.GetValue<string>() != PagerDutyKey) return Refuse("Length of 'routing_key' is incorrect (should be 32 characters)");
        var action = e["event_action"]?.GetValue<string>();
        if (action is not ("trigger" or "acknowledge" or "resolve")) return Refuse("'event_action' is invalid");
        if (e["dedup_key"]?.GetValue<string>() is not { Length: > 0 and <= 255 } key) return Refuse("'dedup_key' is missing or blank");
        if (action == "trigger")
        {
            var payload = e["payload"]?.AsObject();
            if (payload?["summary"]?.GetValue<string>() is not { Length: > 0 and <= 1_024 }) return Refuse("'payload.summary' is missing or blank");
            if (payload["source"]?.GetValue<string>() is not { Length: > 0 }) return Refuse("'payload.source' is missing or blank");
            if (payload["severity"]?.GetValue<string>() is not ("critical" or "error" or "warning" or "info")) return Refuse("'payload.severity' is invalid");
        }

        return (202, $$"""{"status":"success","message":"Event processed","dedup_key":"{{key}}"}""");
    }

    private static (int, string) Ntfy(Received r)
    {
        if (r.Method is not ("POST" or "PUT") || r.Path != "/") return (404, """{"code":40401,"http":404,"error":"page not found"}""");
        if (r.Header("Authorization") != $"Bearer {NtfyToken}") return (401, """{"code":40101,"http":401,"error":"unauthorized"}""");
        var m = r.Json;
        if (m["topic"]?.GetValue<string>() is not { Length: > 0 and <= 64 } topic) return (400, """{"code":40009,"http":400,"error":"invalid request: topic invalid"}""");
        if (m["priority"]?.GetValue<int>() is < 1 or > 5) return (400, """{"code":40007,"http":400,"error":"invalid request: priority invalid"}""");
        if (Encoding.UTF8.GetByteCount(m["message"]!.GetValue<string>()) > 4_096) return (413, """{"code":41301,"http":413,"error":"too large"}""");
        return m["sequence_id"]?.GetValue<string>() is { Length: > 0 and <= 64 } ? (200, $$"""{"id":"sPs71M8A2T","time":1,"expires":2,"event":"message","topic":"{{topic}}"}""") : (400, "no sequence id");
    }

    private static (int, string) Twilio(Received r)
    {
        if (r.Method != "POST" || r.Path != $"/2010-04-01/Accounts/{TwilioSid}/Messages.json") return (404, """{"code":20404,"status":404}""");
        if (r.Header("Authorization") != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TwilioSid}:{TwilioToken}"))}") return (401, """{"code":20003,"status":401}""");
        var form = r.Form;
        if (form.GetValueOrDefault("To") != "+15551230001" || form.GetValueOrDefault("From") != "+15551230002") return (400, """{"code":21211,"status":400}""");
        return form.GetValueOrDefault("Body") is { Length: > 0 and <= 1_600 } ? (201, """{"sid":"SM1","status":"queued"}""") : (400, """{"code":21617,"status":400}""");
    }

    private static bool IsJson(Received r) => r.Header("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) == true;
}
