using System.Globalization;
using Npgsql;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>Nodes that must not be there: each ends, or is not ready, and those that live are unharmed.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class UnwantedNodeTests
{
    private static readonly string[] s_everybody = ["silo", "front"];

    [Fact]
    public async Task SecondProcessOnADataFolder_InEveryRole_EndsAndSaysSo()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        await cluster.SiloAsync("silo");
        var front = await cluster.FrontEndAsync("front");
        foreach (var folder in s_everybody)
        {
            var path = cluster.DataOf(folder);
            foreach (var (program, role) in new[] { ("Api", "FrontEnd"), ("Api", "AllInOne"), ("Silo", "") })
            {
                var (code, output) = await cluster.RunToEndAsync(program, "second", [("ControlPlane__DataDirectory", path), .. Ports(program, role)]);
                Assert.Equal(1, code);
                Assert.Contains("is in use by another control plane process", output, StringComparison.Ordinal);
            }
        }

        await ClusterFixture.UntilOpenAsync(front);
    }

    [Fact]
    public async Task StraySilo_AtTheAddressOfALivingOne_EndsAndTheLivingOneIsUnharmed()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var port = ClusterFixture.FreePort();
        var silo = await cluster.SiloAsync("silo", ("ControlPlane__Silo__Port", $"{port}"));
        var front = await cluster.FrontEndAsync("front");
        await ClusterFixture.UntilOpenAsync(front);
        var before = await MembersAsync(cluster);

        var (code, output) = await cluster.RunToEndAsync("Silo", "stray", ("ControlPlane__Silo__Port", $"{port}"), ("ControlPlane__Silo__GatewayPort", $"{ClusterFixture.FreePort()}"));
        Assert.Equal(1, code);
        Assert.Contains("belongs to a silo of this database that is alive", output, StringComparison.Ordinal);

        Assert.Equal(before, await MembersAsync(cluster));
        Assert.True(silo.Runs);
        Assert.True((await front.StatusAsync()).Open);

        // The same address after a kill -9 is free at once.
        await silo.KillAsync();
        await silo.StartAsync();
        await ClusterFixture.UntilOpenAsync(front);
    }

    [Fact]
    public async Task StrayNodes_OfAnotherHost_EndWhileItsSiloRenewsItsRow()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var first = await cluster.SiloAsync("first");
        await first.TerminateAsync();
        var port = ClusterFixture.FreePort();
        await ExecuteAsync(cluster, $"""
            INSERT INTO orleansmembershiptable (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
            VALUES ('control-plane', '127.0.0.1', {port}, 1, 'elsewhere.host.1', 'elsewhere', 3, 0, now(), now())
            """);
        using var end = new CancellationTokenSource();
        var renewing = RenewAsync(cluster, port, end.Token);

        var stray = await cluster.RunToEndAsync("Silo", "stray", ("ControlPlane__Silo__Port", $"{port}"), ("ControlPlane__Silo__GatewayPort", $"{ClusterFixture.FreePort()}"));
        Assert.Equal(1, stray.ExitCode);
        Assert.Contains("belongs to a silo of this database that is alive", stray.Output, StringComparison.Ordinal);

        var allInOne = await cluster.RunToEndAsync("Api", "all-in-one");
        Assert.Equal(1, allInOne.ExitCode);
        Assert.Contains("Run Silo, and Api with ControlPlane__Role=FrontEnd", allInOne.Output, StringComparison.Ordinal);
        Assert.Equal("3", await ScalarAsync(cluster, $"SELECT status::text FROM orleansmembershiptable WHERE port = {port}"));

        // A row that nobody renews is that of a dead silo.
        await end.CancelAsync();
        await renewing;
        await cluster.SiloAsync("after", ("ControlPlane__Silo__Port", $"{port}"));
    }

    [Fact]
    public async Task FrontEndWithOtherTokens_IsNotReady_AndLoosensNothing()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        (string, string) key = ("CONTROLPLANE_CLUSTER_KEY", "cluster-key-of-the-tests-0123456789");
        await cluster.SiloAsync("silo", key);
        var front = await cluster.FrontEndAsync("front", key);
        await ClusterFixture.UntilOpenAsync(front);
        var odd = await cluster.FrontEndAsync("odd", key, ("CONTROLPLANE_OPERATOR_TOKEN", "another-operator-token-0123456789"));
        await ClusterFixture.UntilAsync(odd, async _ => (await odd.SendAsync(HttpMethod.Get, "/readyz"))["detail"]?.GetValue<string>().Contains("access tokens", StringComparison.Ordinal) == true, "not ready");
        Assert.True((await front.SendAsync(HttpMethod.Post, "/api/system/kill", new { reason = "test" }))["engaged"]!.GetValue<bool>());
        Assert.Equal(200, Status(await front.SendAsync(HttpMethod.Put, "/api/bots/b1", new { name = "b" })));

        foreach (var path in new[] { "/api/system/release", "/api/system/live/arm", "/api/bots/b1/release", "/api/bots/b1/live/arm", "/api/bots/b1/autonomy/promote", "/api/bots/b1/runner/start" })
        {
            var refused = await odd.SendAsync(HttpMethod.Post, path, new { reason = "r", minutes = 5, runner_id = "r1" });
            Assert.Equal(503, Status(refused));
            Assert.Contains("access tokens", refused["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        Assert.Equal(403, Status(await odd.SendAsync(HttpMethod.Put, "/api/bots/b1", new { name = "b", mode = "live" })));
        Assert.True((await front.StatusAsync()).Body["kill_switch"]!["engaged"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("Silo", "")]
    [InlineData("Api", "FrontEnd")]
    public async Task NodeOfACluster_WithoutAnOperatorToken_EndsWithAWrongSetting(string program, string role)
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var (code, output) = await cluster.RunToEndAsync(program, "node", [("CONTROLPLANE_OPERATOR_TOKEN", ""), ("CONTROLPLANE_CLUSTER_KEY", "cluster-key-of-the-tests-0123456789"), .. Ports(program, role)]);
        Assert.Equal(2, code);
        Assert.Contains("CONTROLPLANE_OPERATOR_TOKEN: must be set", output, StringComparison.Ordinal);
    }

    private static int Status(System.Text.Json.Nodes.JsonNode answer) => answer["http_status"]!.GetValue<int>();

    private static (string, string)[] Ports(string program, string role) => program == "Silo"
        ? [("ControlPlane__Silo__Port", $"{ClusterFixture.FreePort()}"), ("ControlPlane__Silo__GatewayPort", $"{ClusterFixture.FreePort()}")]
        : [("ControlPlane__Role", role)];

    private static async Task RenewAsync(ClusterFixture cluster, int port, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await ExecuteAsync(cluster, $"UPDATE orleansmembershiptable SET iamalivetime = now() WHERE port = {port}");
            await Task.Delay(500, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Task<string> MembersAsync(ClusterFixture cluster) => ScalarAsync(
        cluster, "SELECT string_agg(concat_ws('/', address, port, generation, status, suspecttimes), ',' ORDER BY port, generation) FROM orleansmembershiptable");

    private static async Task<string> ScalarAsync(ClusterFixture cluster, string sql)
    {
        await using var source = NpgsqlDataSource.Create(cluster.Database);
        await using var command = source.CreateCommand($"SET search_path = {await SchemaAsync(source)}; {sql}");
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) ?? "";
    }

    private static async Task ExecuteAsync(ClusterFixture cluster, string sql)
    {
        await using var source = NpgsqlDataSource.Create(cluster.Database);
        await using var command = source.CreateCommand($"SET search_path = {await SchemaAsync(source)}; {sql}");
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> SchemaAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("SELECT schemaname FROM pg_tables WHERE tablename = 'orleansmembershiptable'");
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
