using System.Net;
using System.Text.RegularExpressions;
using ControlPlane.Testing.Postgres;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The whole program as docs/postgresql.md sets it up: the owner migrates once, and a role that may do no more than it must runs it.</summary>
public sealed class LeastRightsTests
{
    private const string Owner = "cp_owner";
    private const string Runtime = "cp_runtime";
    private const string Database = "controlplane";

    [Fact]
    public async Task Program_AsTheRoleOfTheDocument_DoesItsWork()
    {
        await using var server = await PostgresServer.StartAsync();
        foreach (var statement in Regex.Split(Documented("roles").Replace("a long random password", server.Password, StringComparison.Ordinal), @";\s*\n"))
        {
            if (!string.IsNullOrWhiteSpace(statement)) await server.RunSqlAsync("postgres", "postgres", statement);
        }

        await using var scene = await Scene.OpenAsync(s => s.Settings["ConnectionStrings__ControlPlane"] = server.ConnectionString(Database, Owner));
        scene.SetGoodKeys();
        await scene.Process.KillAsync();
        await server.RunSqlAsync(Database, Owner, Documented("grants"));
        scene.Settings["ConnectionStrings__ControlPlane"] = server.ConnectionString(Database, Runtime);
        await scene.StartAsync();
        var (viewer, runner, admin) = (scene.Process.Viewer, scene.Process.Runner, scene.Process.Operator);
        await viewer.UntilStatus("OK");

        Assert.Equal(HttpStatusCode.OK, (await admin.Post("/api/integrations/polygon/test-call")).Status);
        var posted = await runner.Post("/api/usage-events", new { provider = "polygon", operation = "GET /v3/quotes", status = "error" });
        Assert.True(posted.Status == HttpStatusCode.OK, posted.Text);
        await viewer.UntilRow("polygon", r => r["proof_of_use_count_24h"]!.GetValue<int>() == 2, "both are counted");
        Assert.Equal(HttpStatusCode.OK, (await admin.Verify("polygon")).Status);
        var engaged = await admin.Post("/api/system/kill", new { reason = "a test" });
        Assert.True(engaged.Status == HttpStatusCode.OK, engaged.Text);
        await viewer.UntilStatus("BLOCKED");
        string[] reads =
        [
            "/readyz", "/api/system/status", "/api/integrations/status", "/api/integrations/polygon", "/api/integrations/polygon/events",
            "/api/integrations/polygon/verifications", "/api/bots", "/metrics",
        ];
        foreach (var path in reads)
        {
            var answer = await viewer.Get(path);
            Assert.True(answer.Status == HttpStatusCode.OK, $"{path}: {answer.Text}");
        }

        Assert.Equal(HttpStatusCode.OK, (await admin.Get("/api/audit")).Status);
        Assert.DoesNotContain("lacks a right", scene.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("42501", scene.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("permission denied", server.Log, StringComparison.Ordinal);
    }

    private static string Documented(string block)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln"))) folder = folder.Parent!;
        var text = File.ReadAllText(Path.Combine(folder.FullName, "docs", "postgresql.md"));
        var found = Regex.Match(text, $"```sql\n-- {block}\n(.*?)```", RegexOptions.Singleline);
        return found.Success ? found.Groups[1].Value : throw new InvalidOperationException($"docs/postgresql.md has no block '{block}'.");
    }
}
