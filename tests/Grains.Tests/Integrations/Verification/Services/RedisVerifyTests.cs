using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Integrations.Verification.Services;

/// <summary>Redis, against Debian's own.</summary>
public sealed class RedisVerifyTests
{
    private const string Password = "canary/redis:p@ss";
    private static readonly string s_written = Uri.EscapeDataString(Password);

    [Fact]
    public async Task Password_RightWrongOrMissing_IsTold()
    {
        Assert.SkipUnless(RedisServer.Installed, "redis-server of Debian is not installed.");
        await using var server = await RedisServer.StartAsync(null, "--requirepass", Password, "--user", "narrow", "on", ">narrow-password", "~*");

        Assert.Equal("Valid -", await ToldAsync($"redis://:{s_written}@127.0.0.1:{server.Port}/0"));
        Assert.Equal("Valid -", await ToldAsync($"redis://default:{s_written}@127.0.0.1:{server.Port}"));
        Assert.Equal("Invalid key_rejected", await ToldAsync($"redis://:wrong@127.0.0.1:{server.Port}"));
        Assert.Equal("Invalid key_rejected", await ToldAsync($"redis://nobody:{s_written}@127.0.0.1:{server.Port}"));
        Assert.Equal("Invalid password_missing", await ToldAsync($"redis://127.0.0.1:{server.Port}"));
        Assert.Equal("Invalid database_missing", await ToldAsync($"redis://:{s_written}@127.0.0.1:{server.Port}/999"));

        // This user may run nothing, not even a PING: its password is good all the same.
        Assert.Equal("Valid -", await ToldAsync($"redis://narrow:narrow-password@127.0.0.1:{server.Port}"));
    }

    [Fact]
    public async Task Server_WithoutPassword_TakesNone()
    {
        Assert.SkipUnless(RedisServer.Installed, "redis-server of Debian is not installed.");
        await using var server = await RedisServer.StartAsync();

        Assert.Equal("Valid -", await ToldAsync($"redis://127.0.0.1:{server.Port}"));
        Assert.Equal("Invalid no_password_needed", await ToldAsync($"redis://:{s_written}@127.0.0.1:{server.Port}"));
    }

    [Fact]
    public async Task Tls_WithACertificateThatNobodyVouchesFor_NeedsItsPin()
    {
        Assert.SkipUnless(RedisServer.Installed, "redis-server of Debian is not installed.");
        var folder = Directory.CreateTempSubdirectory("redis-");
        try
        {
            var (certificate, key, pin) = await ServiceScene.CertificateAsync(folder.FullName);
            await using var server = await RedisServer.StartAsync((certificate, key), "--requirepass", Password);
            var address = $"rediss://:{s_written}@localhost:{server.Port}";

            Assert.Equal("Inconclusive tls_failed", await ToldAsync(address));
            Assert.Equal("Inconclusive tls_failed", await ToldAsync(address, new string('0', 64)));
            Assert.Equal("Valid -", await ToldAsync(address, pin));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("redis://:secret@redis.example:6379", "address_refused")]
    [InlineData("rediss://:secret@10.0.0.8:6379", "address_refused")]
    [InlineData("redis://:secret@169.254.169.254:6379", "address_refused")]
    [InlineData("http://redis.example", "malformed_credential")]
    [InlineData("redis://:sec ret@redis.example", "malformed_credential")]
    public async Task Address_ThatMustNotBeCalled_IsNotCalled(string address, string expected)
    {
        var verdict = await ServiceScene.VerifyAsync("redis", [("REDIS_URL", address)]);

        Assert.Equal(expected, verdict.ErrorCode);
        Assert.Null(verdict.LatencyMs);
        Assert.DoesNotContain("secret", verdict.Message + verdict.SuggestedFix + verdict.Host, StringComparison.Ordinal);
    }

    private static async Task<string> ToldAsync(string address, string? pinned = null)
    {
        var verdict = await ServiceScene.VerifyAsync("redis", [("REDIS_URL", address)], pinned);
        Assert.DoesNotContain(Password, $"{verdict.Message}{verdict.SuggestedFix}{verdict.Host}", StringComparison.Ordinal);
        Assert.StartsWith(address.Contains("localhost", StringComparison.Ordinal) ? "localhost:" : "127.0.0.1:", verdict.Host, StringComparison.Ordinal);
        return $"{verdict.Status} {verdict.ErrorCode ?? "-"}";
    }
}
