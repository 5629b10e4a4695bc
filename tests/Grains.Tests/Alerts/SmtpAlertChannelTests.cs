using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Alerts.Channels;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Tests.Cluster;
using ControlPlane.Silo.Alerts;

namespace ControlPlane.Grains.Tests.Alerts;

/// <summary>Mail, against a real server.</summary>
public sealed class SmtpAlertChannelTests
{
    private readonly TestSecrets _secrets = new();

    private static AlertMessage Message(AlertEvent what)
    {
        var at = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        var alert = new AlertRecord { AlertId = "0199c0ffee0070008000000000000001", Kind = AlertKinds.SystemBlocked, Severity = AlertSeverity.Page, Subject = "system", Message = "The system is BLOCKED. Zürich.", Since = at, OpenedAt = at };
        var notice = new AlertNotice(Guid.NewGuid(), alert.AlertId, "mail", what, at, null, new string('a', 32));
        return AlertText.Write(new(alert, [notice]), notice, null, at, t => t);
    }

    private Task<AlertDelivery> SendAsync(AlertChannelOptions channel, AlertEvent what = AlertEvent.Opened) =>
        new SmtpAlertChannel(new SystemHostResolver(), _secrets).SendAsync(channel, Message(what), TestContext.Current.CancellationToken);

    private static AlertChannelOptions Channel(int port, string tls) => new() { Kind = "smtp", Host = "127.0.0.1", Port = port, Tls = tls, From = "alerts@control.example", To = "me@home.example, you@home.example" };

    [Fact]
    public async Task Plain_OnLoopback_ArrivesWholeAndInOneThread()
    {
        Assert.SkipUnless(MailServer.Installed, "python3-aiosmtpd of Debian is not installed.");
        await using var server = await MailServer.StartAsync();
        Assert.Null((await SendAsync(Channel(server.Port, "none"))).Code);
        Assert.Null((await SendAsync(Channel(server.Port, "none"), AlertEvent.Resolved)).Code);
        var first = JsonNode.Parse((await server.ReadAsync())!)!;
        var second = JsonNode.Parse((await server.ReadAsync())!)!;
        Assert.Equal(["me@home.example", "you@home.example"], first["to"]!.AsArray().Select(t => t!.GetValue<string>()));
        var (opened, over) = (first["data"]!.GetValue<string>(), second["data"]!.GetValue<string>());
        Assert.Contains("Subject: [PAGE] System BLOCKED", opened, StringComparison.Ordinal);
        Assert.Contains("Message-Id: <0199c0ffee0070008000000000000001@control-plane.invalid>", opened, StringComparison.Ordinal);
        Assert.Contains("Importance: High", opened, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("In-Reply-To: <0199c0ffee0070008000000000000001@control-plane.invalid>", over, StringComparison.Ordinal);
        Assert.DoesNotContain("Importance: High", over, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Recipient_ThatDoesNotExist_IsRefused()
    {
        Assert.SkipUnless(MailServer.Installed, "python3-aiosmtpd of Debian is not installed.");
        await using var server = await MailServer.StartAsync();
        var channel = Channel(server.Port, "none");
        channel.To = "nobody@home.example";
        Assert.Equal("refused", (await SendAsync(channel)).Code);
    }

    [Fact]
    public async Task Server_WithoutTls_IsNotUsedWhereTlsIsAskedFor()
    {
        Assert.SkipUnless(MailServer.Installed, "python3-aiosmtpd of Debian is not installed.");
        await using var server = await MailServer.StartAsync();
        Assert.Equal("tls_missing", (await SendAsync(Channel(server.Port, "starttls"))).Code);
    }

    [Fact]
    public async Task Certificate_ThatNobodyVouchesFor_IsNotTrusted_AndThePasswordStaysHere()
    {
        Assert.SkipUnless(MailServer.Installed, "python3-aiosmtpd of Debian is not installed.");
        var folder = Directory.CreateTempSubdirectory("mail-");
        try
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            var files = (Path.Combine(folder.FullName, "c.pem"), Path.Combine(folder.FullName, "k.pem"));
            await File.WriteAllTextAsync(files.Item1, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(files.Item2, key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
            await using var server = await MailServer.StartAsync(files);
            var channel = Channel(server.Port, "starttls");
            (channel.User, channel.SecretVariable) = (MailServer.User, "MAIL_PASSWORD");
            Assert.Equal("secret_missing", (await SendAsync(channel)).Code);
            _secrets.Set("MAIL_PASSWORD", MailServer.Password);
            Assert.Equal("tls_failed_untrusted", (await SendAsync(channel)).Code);

            // The same server, once somebody vouches for it: signed in, over TLS.
            var trusting = new SmtpAlertChannel(new SystemHostResolver(), _secrets) { Trusts = (shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString() };
            Assert.Null((await trusting.SendAsync(channel, Message(AlertEvent.Opened), TestContext.Current.CancellationToken)).Code);
            Assert.True(JsonNode.Parse((await server.ReadAsync())!)!["tls"]!.GetValue<bool>());
            _secrets.Set("MAIL_PASSWORD", "another-password-0123456789");
            Assert.Equal("sign_in_failed", (await trusting.SendAsync(channel, Message(AlertEvent.Opened), TestContext.Current.CancellationToken)).Code);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Address_Inside_IsNeverCalled()
    {
        var channel = Channel(25, "starttls");
        channel.Host = "10.0.0.8";
        Assert.Equal("address_refused", (await SendAsync(channel)).Code);
    }
}
