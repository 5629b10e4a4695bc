using System.Diagnostics;
using ControlPlane.Testing.Postgres;

namespace ControlPlane.Grains.Tests.Integrations.Verification.Services;

/// <summary>PostgreSQL, against a server of its own.</summary>
public sealed class PostgresVerifyTests
{
    private const string Password = "canary/pg:p@ss";
    private static readonly string s_written = Uri.EscapeDataString(Password);

    [Fact]
    public async Task SignIn_EachRefusal_IsToldByItsCause()
    {
        await using var server = await PostgresServer.StartAsync();
        await server.RunSqlAsync("postgres", "postgres", $"CREATE ROLE bot LOGIN PASSWORD '{Password}'");
        await server.RunSqlAsync("postgres", "postgres", $"CREATE ROLE idle NOLOGIN PASSWORD '{Password}'");
        await server.CreateDatabaseAsync("closed");
        await server.RunSqlAsync("postgres", "postgres", "REVOKE CONNECT ON DATABASE closed FROM PUBLIC");

        Assert.Equal("Valid -", await ToldAsync(server, $"postgresql://bot:{s_written}@127.0.0.1:{server.Port}/postgres"));
        Assert.Equal("Valid -", await ToldAsync(server, $"postgresql+asyncpg://bot:{s_written}@127.0.0.1:{server.Port}/postgres?sslmode=disable"));
        Assert.Equal("Invalid key_rejected", await ToldAsync(server, $"postgres://bot:wrong@127.0.0.1:{server.Port}/postgres"));
        Assert.Equal("Invalid key_rejected", await ToldAsync(server, $"postgres://nobody:{s_written}@127.0.0.1:{server.Port}/postgres"));
        Assert.Equal("Invalid access_refused", await ToldAsync(server, $"postgres://idle:{s_written}@127.0.0.1:{server.Port}/postgres"));
        Assert.Equal("Invalid database_missing", await ToldAsync(server, $"postgres://bot:{s_written}@127.0.0.1:{server.Port}/nowhere"));
        Assert.Equal("Invalid no_rights", await ToldAsync(server, $"postgres://bot:{s_written}@127.0.0.1:{server.Port}/closed"));

        // Outside this machine no password goes over a connection without TLS.
        Assert.Equal("Inconclusive no_tls", await ToldAsync(server, $"postgres://bot:{s_written}@db.test:{server.Port}/postgres", outside: "db.test"));
        Assert.DoesNotContain("authorized: user=bot", server.Log, StringComparison.Ordinal);
        await server.StopAsync();
        Assert.Equal("Inconclusive connection_refused", await ToldAsync(server, $"postgres://bot:{s_written}@127.0.0.1:{server.Port}/postgres"));
    }

    [Fact]
    public async Task Tls_IsCheckedByNameOrPin()
    {
        var folder = Directory.CreateTempSubdirectory("pg-tls-");
        try
        {
            await using var server = await PostgresServer.StartAsync();
            var (certificate, key, pin) = await ServiceScene.CertificateAsync(folder.FullName);
            if (Environment.IsPrivilegedProcess)
            {
                using var owner = Process.Start("chown", ["-R", "postgres:", folder.FullName]);
                await owner.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await server.RunSqlAsync("postgres", "postgres", $"CREATE ROLE bot LOGIN PASSWORD '{Password}'");
            await server.RunSqlAsync("postgres", "postgres", $"ALTER SYSTEM SET ssl_cert_file = '{certificate}'");
            await server.RunSqlAsync("postgres", "postgres", $"ALTER SYSTEM SET ssl_key_file = '{key}'");
            await server.RunSqlAsync("postgres", "postgres", "ALTER SYSTEM SET ssl = on");
            await server.StopAsync();
            await server.StartAgainAsync();
            var address = $"postgres://bot:{s_written}@db.test:{server.Port}/postgres";

            Assert.Equal("Inconclusive tls_failed", await ToldAsync(server, address, outside: "db.test"));
            Assert.Equal("Inconclusive tls_failed", await ToldAsync(server, address, new string('0', 64), "db.test"));
            Assert.Equal("Valid -", await ToldAsync(server, address, pin, "db.test"));
            Assert.Equal("Invalid key_rejected", await ToldAsync(server, $"postgres://bot:wrong@db.test:{server.Port}/postgres", pin, "db.test"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("postgres://bot:secret@10.0.0.8/db", "address_refused")]
    [InlineData("postgres://bot:secret@169.254.169.254/db", "address_refused")]
    [InlineData("postgres:///db?host=/var/run/postgresql", "malformed_credential")]
    [InlineData("mysql://bot:secret@db.example/db", "malformed_credential")]
    public async Task Address_ThatMustNotBeCalled_IsNotCalled(string address, string expected)
    {
        var verdict = await ServiceScene.VerifyAsync("postgres", [("DATABASE_URL", address)]);

        Assert.Equal(expected, verdict.ErrorCode);
        Assert.DoesNotContain("secret", verdict.Message + verdict.SuggestedFix + verdict.Host, StringComparison.Ordinal);
    }

    private static async Task<string> ToldAsync(PostgresServer server, string address, string? pinned = null, string? outside = null)
    {
        var verdict = await ServiceScene.VerifyAsync("postgres", [("DATABASE_URL", address)], pinned, outside);
        Assert.DoesNotContain(Password, $"{verdict.Message}{verdict.SuggestedFix}", StringComparison.Ordinal);
        Assert.Equal($"{outside ?? "127.0.0.1"}:{server.Port}", verdict.Host);
        return $"{verdict.Status} {verdict.ErrorCode ?? "-"}";
    }
}
