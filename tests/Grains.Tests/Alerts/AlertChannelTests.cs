using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Alerts.Channels;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Tests.Cluster;
using ControlPlane.Grains.Tests.Integrations.Verification;

namespace ControlPlane.Grains.Tests.Alerts;

/// <summary>Each kind of channel against a receiver that checks as the real one does.</summary>
public sealed class AlertChannelTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Kinds => ["slack-hook", "slack", "discord-hook", "discord", "telegram", "pushover", "pagerduty", "ntfy", "twilio"];

    private static (AlertChannelOptions Channel, TestSecrets Secrets) Configure(string kind, Uri? url)
    {
        var secrets = new TestSecrets();
        secrets.Set("THE_SECRET", kind switch
        {
            "slack-hook" => "https://hooks.slack.com/services/T000/B000/canary-slack-hook",
            "slack" => ReceiverFakes.SlackToken,
            "discord-hook" => $"https://discord.com{ReceiverFakes.DiscordHookPath}",
            "discord" => ReceiverFakes.DiscordToken,
            "telegram" => ReceiverFakes.TelegramToken,
            "pushover" => ReceiverFakes.PushoverToken,
            "pagerduty" => ReceiverFakes.PagerDutyKey,
            "ntfy" => ReceiverFakes.NtfyToken,
            "twilio" => ReceiverFakes.TwilioToken,
            _ => "webhook-signing-key-0123456789",
        });
        secrets.Set("THE_USER", kind == "pushover" ? ReceiverFakes.PushoverUser : ReceiverFakes.TwilioSid);
        return (new()
        {
            Kind = kind.Split('-')[0],
            Url = url,
            SecretVariable = "THE_SECRET",
            UserVariable = kind is "pushover" or "twilio" ? "THE_USER" : null,
            To = kind switch { "slack" => "C024BE91L", "discord" => "42", "telegram" => "-1001234", "ntfy" => "trading-alerts", "twilio" => "+15551230001", _ => null },
            From = kind == "twilio" ? "+15551230002" : null,
        }, secrets);
    }

    private static AlertMessage Message(AlertEvent what, string text = "The kill switch of the system is engaged. Reason: a < b & c > d @everyone")
    {
        var alert = new AlertRecord
        {
            AlertId = "0199c0ffee0070008000000000000001",
            Kind = AlertKinds.KillEngaged,
            Severity = AlertSeverity.Page,
            Subject = "system",
            Message = text,
            SuggestedFix = "An operator releases it.",
            Since = s_noon,
            OpenedAt = s_noon,
            ResolvedAt = what == AlertEvent.Resolved ? s_noon.AddMinutes(1) : null,
            AcknowledgedBy = what == AlertEvent.Acknowledged ? "operator" : null,
        };
        var notice = new AlertNotice(Guid.NewGuid(), alert.AlertId, "c", what, s_noon, null, new string('a', 32));
        return AlertText.Write(new(alert, [notice]), notice, new Uri("https://control.example/"), s_noon, t => t);
    }

    private static async Task<AlertDelivery> SendAsync(AlertChannelOptions channel, TestSecrets secrets, AlertMessage message)
    {
        using var http = new ProviderHttp(new SystemHostResolver(), NetworkPolicy.None);
        return await new HttpAlertChannel(http, secrets).SendAsync(channel, message, TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task EveryEvent_IsTakenByTheReceiver(string kind)
    {
        await using var receiver = new RawServer(async c =>
        {
            var (status, body) = ReceiverFakes.Answer(kind, Received.Parse(c.Request));
            await c.SendAsync(RawServer.Json(body, status));
        });
        var (channel, secrets) = Configure(kind, receiver.Url);
        foreach (var what in Enum.GetValues<AlertEvent>())
        {
            var delivery = await SendAsync(channel, secrets, Message(what));
            Assert.True(delivery.Code is null, $"{kind} {what}: {delivery.Code} {delivery.HttpStatus}");
        }

        // A very long text is cut to what the receiver takes.
        Assert.Null((await SendAsync(channel, secrets, Message(AlertEvent.Opened, new string('x', 20_000)))).Code);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task WrongSecret_IsNotDelivered(string kind)
    {
        await using var receiver = new RawServer(async c =>
        {
            var (status, body) = ReceiverFakes.Answer(kind, Received.Parse(c.Request));
            await c.SendAsync(RawServer.Json(body, status));
        });
        var (channel, secrets) = Configure(kind, receiver.Url);
        secrets.Set("THE_SECRET", kind.EndsWith("hook", StringComparison.Ordinal) ? "https://hooks.slack.com/services/T000/B000/another" : "another-secret-0123456789-abcdef");
        Assert.NotNull((await SendAsync(channel, secrets, Message(AlertEvent.Opened))).Code);
        secrets.Set("THE_SECRET", null);
        Assert.Equal("secret_missing", (await SendAsync(channel, secrets, Message(AlertEvent.Opened))).Code);
    }

    [Fact]
    public async Task PagerDuty_OneAlert_HasOneKeyAndIsTriggeredAcknowledgedAndResolved()
    {
        await using var receiver = new RawServer(async c => await c.SendAsync(RawServer.Json("""{"status":"success"}""", 202)));
        var (channel, secrets) = Configure("pagerduty", receiver.Url);
        foreach (var what in new[] { AlertEvent.Opened, AlertEvent.Acknowledged, AlertEvent.Resolved, AlertEvent.Test }) await SendAsync(channel, secrets, Message(what));
        var sent = receiver.Requests.Select(r => Received.Parse(r).Json).ToArray();
        Assert.Equal(["trigger", "acknowledge", "resolve", "trigger", "resolve"], sent.Select(e => e["event_action"]!.GetValue<string>()));
        Assert.Single(sent.Select(e => e["dedup_key"]!.GetValue<string>()).Distinct());
    }

    [Fact]
    public async Task Webhook_IsSignedOverTimestampAndBody_AsAReceiverChecksIt()
    {
        await using var receiver = new RawServer(async c => await c.SendAsync(RawServer.Json("", 204)));
        var (channel, secrets) = Configure("webhook", new Uri(receiver.Url, "/hook"));
        Assert.Null((await SendAsync(channel, secrets, Message(AlertEvent.Resolved))).Code);
        var request = Received.Parse(Assert.Single(receiver.Requests));
        Assert.Equal("1795348800", request.Header("X-ControlPlane-Timestamp"));

        // As `printf '%s.%s' "$timestamp" "$body" | openssl dgst -sha256 -hmac "$key"` has it.
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["dgst", "-sha256", "-hmac", "webhook-signing-key-0123456789"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await openssl.StandardInput.WriteAsync($"1795348800.{request.Body}");
        openssl.StandardInput.Close();
        var digest = (await openssl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split("= ")[1].Trim();
        Assert.Equal($"v1={digest}", request.Header("X-ControlPlane-Signature"));

        var body = request.Json;
        Assert.Equal(["event", "alert", "sent_at", "trace_id"], body.Select(m => m.Key));
        Assert.Equal("resolved", body["event"]!.GetValue<string>());
        Assert.Equal("2026-11-22T12:01:00.000Z", body["alert"]!["resolved_at"]!.GetValue<string>());
        Assert.Equal("page", body["alert"]!["severity"]!.GetValue<string>());
        foreach (var field in new[] { "alert_id", "kind", "severity", "subject", "message", "suggested_fix", "opened_at", "resolved_at", "acknowledged_by", "deliveries" }) Assert.True(body["alert"]!.AsObject().ContainsKey(field), field);
        Assert.DoesNotContain("webhook-signing-key", request.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhook_WithoutASecret_HasNoSignature()
    {
        await using var receiver = new RawServer(async c => await c.SendAsync(RawServer.Json("", 200)));
        var (channel, secrets) = Configure("webhook", receiver.Url);
        channel.SecretVariable = null;
        Assert.Null((await SendAsync(channel, secrets, Message(AlertEvent.Opened))).Code);
        Assert.Null(Received.Parse(Assert.Single(receiver.Requests)).Header("X-ControlPlane-Signature"));
    }

    [Theory]
    [InlineData(302, "redirected")]
    [InlineData(400, "refused")]
    [InlineData(429, "rate_limited")]
    [InlineData(500, "server_error")]
    public async Task Receiver_ThatDoesNotTakeIt_IsAFault(int status, string code)
    {
        await using var receiver = new RawServer(async c => await c.SendAsync(RawServer.Json("{}", status, "Retry-After: 33\r\nLocation: http://169.254.169.254/\r\n")));
        var (channel, secrets) = Configure("webhook", receiver.Url);
        var delivery = await SendAsync(channel, secrets, Message(AlertEvent.Opened));
        Assert.Equal((code, status), (delivery.Code, delivery.HttpStatus));
        Assert.Equal(TimeSpan.FromSeconds(33), delivery.RetryAfter);
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("https://169.254.169.254/hook")]
    [InlineData("https://10.0.0.8/hook")]
    [InlineData("https://[::ffff:127.0.0.1]/hook")]
    [InlineData("https://2130706433/hook")]
    [InlineData("http://10.0.0.8/hook")]
    [InlineData("http://example.com/hook")]
    public async Task Address_Inside_IsNeverCalled(string url)
    {
        var (channel, secrets) = Configure("webhook", new Uri(url));
        Assert.Contains((await SendAsync(channel, secrets, Message(AlertEvent.Opened))).Code, new[] { "address_refused", "address_invalid" });
    }

    [Fact]
    public async Task Address_FromASecret_NeverReachesLoopback()
    {
        await using var receiver = new RawServer(async c => await c.SendAsync(RawServer.Json("ok", 200)));
        var (channel, secrets) = Configure("slack-hook", null);
        secrets.Set("THE_SECRET", $"http://127.0.0.1:{receiver.Port}/services/x");
        Assert.Equal("address_invalid", (await SendAsync(channel, secrets, Message(AlertEvent.Opened))).Code);
        secrets.Set("THE_SECRET", $"https://127.0.0.1:{receiver.Port}/services/x");
        Assert.Equal("address_refused", (await SendAsync(channel, secrets, Message(AlertEvent.Opened))).Code);
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public void Words_NameCauseSinceWhatItStopsTheFixAndTheLink()
    {
        var message = Message(AlertEvent.Opened);
        Assert.Equal("[PAGE] Kill switch engaged: system", message.Headline);
        Assert.Contains("Since: 2026-11-22 12:00:00 UTC", message.Text, StringComparison.Ordinal);
        Assert.Contains("Stops: No order passes", message.Text, StringComparison.Ordinal);
        Assert.Contains("Fix: An operator releases it.", message.Text, StringComparison.Ordinal);
        Assert.Equal("https://control.example/alerts?id=0199c0ffee0070008000000000000001", message.Link!.ToString());
        Assert.StartsWith("[OVER]", Message(AlertEvent.Resolved).Headline, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_InAReason_IsRemovedFromEveryPartOfTheMessage()
    {
        var alert = new AlertRecord { AlertId = "a", Kind = AlertKinds.KillEngaged, Severity = AlertSeverity.Page, Subject = "system", Message = "Reason: sk-canary-1234567890", SuggestedFix = "sk-canary-1234567890", OpenedAt = s_noon };
        var notice = new AlertNotice(Guid.NewGuid(), "a", "c", AlertEvent.Opened, s_noon, null, new string('a', 32));
        var message = AlertText.Write(new(alert, [notice]), notice, null, s_noon, t => t.Replace("sk-canary-1234567890", "***", StringComparison.Ordinal));
        Assert.DoesNotContain("canary", message.Whole(10_000) + message.Json, StringComparison.Ordinal);
    }
}
