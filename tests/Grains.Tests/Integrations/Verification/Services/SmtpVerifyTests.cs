using ControlPlane.Grains.Tests.Alerts;

namespace ControlPlane.Grains.Tests.Integrations.Verification.Services;

/// <summary>Mail servers, against Debian's python3-aiosmtpd.</summary>
public sealed class SmtpVerifyTests
{
    [Fact]
    public async Task SignIn_RightAndWrong_IsTold_AndNeedsTheCertificate()
    {
        Assert.SkipUnless(MailServer.Installed, "python3-aiosmtpd of Debian is not installed.");
        var folder = Directory.CreateTempSubdirectory("smtp-");
        try
        {
            var (certificate, key, pin) = await ServiceScene.CertificateAsync(folder.FullName);
            await using var server = await MailServer.StartAsync((certificate, key));

            Assert.Equal("Inconclusive tls_failed", await ToldAsync(server, MailServer.User, MailServer.Password));
            Assert.Equal("Valid -", await ToldAsync(server, MailServer.User, MailServer.Password, pin));
            Assert.Equal("Valid -", await ToldAsync(server, MailServer.User, MailServer.Password, pin, "mail.test"));
            Assert.Equal("Invalid key_rejected", await ToldAsync(server, MailServer.User, "another-password", pin));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Server_WithoutTlsOrSignIn_SaysSo()
    {
        Assert.SkipUnless(MailServer.Installed, "python3-aiosmtpd of Debian is not installed.");
        await using var server = await MailServer.StartAsync();

        Assert.Equal("Inconclusive no_sign_in", await ToldAsync(server, "u", "p-of-the-user"));
        Assert.Equal("Inconclusive no_tls", await ToldAsync(server, "u", "p-of-the-user", outside: "mail.test"));
    }

    private static async Task<string> ToldAsync(MailServer server, string user, string password, string? pinned = null, string? outside = null)
    {
        var host = outside ?? "127.0.0.1";
        var verdict = await ServiceScene.VerifyAsync("smtp", [("SMTP_HOST", host), ("SMTP_PORT", $"{server.Port}"), ("SMTP_USERNAME", user), ("SMTP_PASSWORD", password)], pinned, outside);
        Assert.DoesNotContain(password, $"{verdict.Message}{verdict.SuggestedFix}", StringComparison.Ordinal);
        Assert.Equal($"{host}:{server.Port}", verdict.Host);
        return $"{verdict.Status} {verdict.ErrorCode ?? "-"}";
    }
}
