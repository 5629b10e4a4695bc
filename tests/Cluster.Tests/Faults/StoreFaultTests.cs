using System.Net;
using System.Text.Json.Nodes;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>A PostgreSQL that lacks a table, or that is put back to what it held before, under nodes that run on.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class StoreFaultTests
{
    /// <summary>Every table of the program but those of the membership, which is about processes and not about trading, and the transitions,
    /// which the replay at the end reads.</summary>
    private const string Tables = """
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'controlplane' AND c.relkind = 'r' AND c.relname NOT LIKE 'orleansmembership%' AND c.relname NOT IN ('orleansquery', 'schema_version', 'gate_transitions')
        """;

    [Fact]
    public async Task GatesTable_Gone_NobodyIsReady_UntilItIsBack()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var port = new HealthPort();
        await cluster.SiloAsync("silo", port.Setting);
        var front = await cluster.FrontEndAsync("front");
        cluster.Recorder.Watch(front);
        await ClusterFixture.UntilOpenAsync(front);
        await port.UntilReadyzAsync(HttpStatusCode.OK);
        await SqlAsync(cluster, "ALTER TABLE controlplane.orleansstorage RENAME TO gone");
        await ClusterFixture.UntilAsync(front, s => !s.Open, "closed");
        await ClusterFixture.UntilAsync(front, async _ => await ReadyAsync(front) == 503, "the front end is not ready", 15);
        await port.UntilReadyzAsync(HttpStatusCode.ServiceUnavailable, "");
        await cluster.ClosedWhile("the gate's table is gone", () => ClusterFixture.Pass(TimeSpan.FromSeconds(2)));
        Assert.Equal(503, await ReadyAsync(front));
        await SqlAsync(cluster, "ALTER TABLE controlplane.gone RENAME TO orleansstorage");
        await ClusterFixture.UntilOpenAsync(front);
        Assert.Equal(200, await ReadyAsync(front));
        await port.UntilReadyzAsync(HttpStatusCode.OK);
        await cluster.AssertPromisesAsync(front);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1, Explicit = true)]
    [InlineData(2)]
    public async Task Database_PutBackUnderRunningNodes_IsInDoubtUntilConfirmed_AndNobodyIsRestarted(int gateMoves)
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var silos = new[] { await cluster.SiloAsync("silo-1"), await cluster.SiloAsync("silo-2") };
        var fronts = new[] { await cluster.FrontEndAsync("front-1"), await cluster.FrontEndAsync("front-2") };
        foreach (var front in fronts)
        {
            cluster.Recorder.Watch(front);
            await ClusterFixture.UntilOpenAsync(front);
        }

        await using var runner = await RunnerLoop.StartAsync(cluster, "momentum", fronts);
        await runner.UntilActsAsync();
        await SqlAsync(cluster, $"""
            CREATE SCHEMA backup;
            DO $$ DECLARE t text; BEGIN FOR t IN SELECT c.relname {Tables} LOOP EXECUTE format('CREATE TABLE backup.%I AS TABLE controlplane.%I', t, t); END LOOP; END $$
            """);
        for (var move = 0; move < gateMoves; move++)
        {
            var holder = silos.MaxBy(s => s.LastLine("The gate is active with epoch"), StringComparer.Ordinal)!;
            await holder.KillAsync();
            await ClusterFixture.UntilOpenAsync(fronts[0]);
            await holder.StartAsync();
        }

        foreach (var front in fronts) await ClusterFixture.UntilOpenAsync(front);
        Assert.True((await fronts[0].SendAsync(HttpMethod.Put, "/api/bots/later", new { name = "later" }))["http_status"]!.GetValue<int>() is 200 or 201);
        var killed = await fronts[0].SendAsync(HttpMethod.Post, "/api/system/kill", new { reason = "after the copy" });
        Assert.Equal((200, true), (killed["http_status"]!.GetValue<int>(), killed["durable"]!.GetValue<bool>()));
        var lease = runner.Epoch;
        var epoch = (await fronts[0].StatusAsync()).Epoch;
        await cluster.ClosedWhile("a kill has answered, and the store is another", async () =>
        {
            await SqlAsync(cluster, $"""
                DO $$ DECLARE t text; BEGIN
                    SET LOCAL session_replication_role = replica;
                    FOR t IN SELECT c.relname {Tables} LOOP EXECUTE format('DELETE FROM controlplane.%I', t); END LOOP;
                    FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'backup' LOOP EXECUTE format('INSERT INTO controlplane.%I OVERRIDING SYSTEM VALUE TABLE backup.%I', t, t); END LOOP;
                END $$
                """);
            foreach (var front in fronts)
            {
                var took = await ClusterFixture.UntilAsync(front, s => s.ValidForMs > 0 && Codes(s.Body).Contains("STORE_REPLACED"), "the store is in doubt", 30);
                TestContext.Current.TestOutputHelper?.WriteLine($"{front.Name} says STORE_REPLACED {took.TotalSeconds:0.0} s later.");
            }

            await ClusterFixture.Pass(TimeSpan.FromSeconds(3));
            Assert.All(fronts, f => Assert.True(cluster.Recorder.Last(f.Name) is { Open: false }));
            var confirmed = await fronts[1].SendAsync(HttpMethod.Post, "/api/system/confirm-store", new { reason = "drill" });
            Assert.True(confirmed["http_status"]!.GetValue<int>() == 200, confirmed.ToJsonString());
            foreach (var front in fronts)
                await ClusterFixture.UntilAsync(front, s => s.ValidForMs > 0 && !Codes(s.Body).Contains("STORE_REPLACED") && s.Body["kill_switch"]!["engaged"]!.GetValue<bool>(), "confirmed, and the kill is kept");
        });
        await SqlAsync(cluster, "DROP SCHEMA backup CASCADE");
        Assert.True((await fronts[0].StatusAsync()).Epoch > epoch, "No epoch comes twice.");
        await ClusterFixture.UntilAsync(
            fronts[1], async _ => (await fronts[1].SendAsync(HttpMethod.Post, "/api/system/release", new { reason = "drill" }))["http_status"]!.GetValue<int>() == 200, "released");
        foreach (var front in fronts) await ClusterFixture.UntilOpenAsync(front);
        await runner.UntilActsAsync();
        Assert.True(runner.Epoch > lease, "No lease's epoch comes twice.");
        Assert.All(silos.Concat(fronts), node => Assert.True(node.Runs, node.Output));
        await cluster.AssertPromisesAsync(fronts[0]);
    }

    private static IEnumerable<string> Codes(JsonNode status) => status["blockers"]!.AsArray().Select(b => b!["code"]!.GetValue<string>());

    private static async Task<int> ReadyAsync(NodeProcess node) => (await node.SendAsync(HttpMethod.Get, "/readyz"))["http_status"]!.GetValue<int>();

    private static Task SqlAsync(ClusterFixture cluster, string sql) => cluster.Postgres.RunSqlAsync("cluster", "postgres", sql);
}
