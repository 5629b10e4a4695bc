using System.Text.Json.Nodes;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>Somebody who holds the database's runtime role and no key of the installation, at a whole cluster: nothing opens, it is named, and after an
/// operator's confirmation all nodes go on without a restart.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class ForgeryTests
{
    private const string Guest = "momentum";

    [Fact]
    public async Task RuntimeRole_EditsPutsBackAppendsAndDrops_OpensNothing()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        await cluster.RunAsRuntimeRoleAsync();
        var silos = new[] { await cluster.SiloAsync("silo-1"), await cluster.SiloAsync("silo-2") };
        var front = await cluster.FrontEndAsync("front");
        cluster.Recorder.Watch(front);
        await ClusterFixture.UntilOpenAsync(front);
        await PutAsync(front, 1);
        Assert.Equal(200, await PostAsync(front, "/api/usage-events", new { provider = "polygon", operation = "GET /v3/quotes", status = "ok" }));
        Assert.Equal(200, await PostAsync(front, "/api/system/kill", new { reason = "first" }));
        Assert.Equal(200, await PostAsync(front, "/api/system/release", new { reason = "first" }));
        await ClusterFixture.UntilOpenAsync(front);

        // What it saw when nothing was killed yet.
        await cluster.Postgres.RunSqlAsync("controlplane", "postgres", "CREATE TABLE public.seen AS SELECT * FROM controlplane.orleansstorage; GRANT SELECT ON public.seen TO cp_runtime");
        Assert.Equal(200, await PostAsync(front, "/api/system/kill", new { reason = "drill" }));

        await cluster.ClosedWhile("a kill that the database's role puts back", async () =>
        {
            Assert.True(await cluster.TryAsRuntimeRoleAsync(OlderRow("gate-controls")), "the row was put back");
            Assert.True(await cluster.TryAsRuntimeRoleAsync(OlderRow("gate-lease")), "the gate's row was put back");
            await NamedAsync(front, "does not carry");
            await ClusterFixture.Pass(TimeSpan.FromSeconds(5));
            await ConfirmAsync(front);
            await ClusterFixture.Pass(TimeSpan.FromSeconds(5));
            var status = await front.StatusAsync();
            Assert.Equal((false, true), (status.Open, status.Body["kill_switch"]!["engaged"]!.GetValue<bool>()));
        });
        Assert.Equal(200, await PostAsync(front, "/api/system/release", new { reason = "looked at it" }));
        await ClusterFixture.UntilOpenAsync(front);

        Assert.Equal(200, await PostAsync(front, $"/api/bots/{Guest}/kill", new { reason = "drill" }));
        Assert.True(await cluster.TryAsRuntimeRoleAsync(OlderRow("bot")), "the bot's row was put back");
        await cluster.ClosedWhile("a bot's kill and limits are not what they were", async () =>
        {
            await NamedAsync(front, Guest);
            foreach (var silo in silos)
            {
                await silo.KillAsync();
                await silo.StartAsync();
            }

            await NamedAsync(front, Guest);
            Assert.NotEqual(200, await PostAsync(front, $"/api/bots/{Guest}/runner/start", new { runner_id = "r1" }));
        }, after: TimeSpan.FromSeconds(5));
        await ConfirmAsync(front);
        await ClusterFixture.UntilOpenAsync(front);
        Assert.NotEqual(200, await PostAsync(front, $"/api/bots/{Guest}/runner/start", new { runner_id = "r1" }));
        var bot = await front.SendAsync(HttpMethod.Get, $"/api/bots/{Guest}");
        Assert.Contains(bot["blockers"]!.AsArray(), b => b!["code"]!.GetValue<string>() == "KILL_SWITCH_ENGAGED");

        foreach (var statement in s_refused) Assert.False(await cluster.TryAsRuntimeRoleAsync(statement), statement);
        await ClusterFixture.UntilOpenAsync(front);

        Assert.True(await cluster.TryAsRuntimeRoleAsync(
            "INSERT INTO controlplane.audit_log SELECT sequence + 1, at_ticks, by_name, by_role, trace_id, 'kill.release', target, 'done', details, hash, hash, mac FROM controlplane.audit_log ORDER BY sequence DESC LIMIT 1"), "an entry was appended");
        await NamedAsync(front, "Audit entry");
        var check = await front.SendAsync(HttpMethod.Get, "/api/audit/check");
        Assert.Equal((false, true), (check["intact"]!.GetValue<bool>(), check["first_broken"] is not null));
        await ConfirmAsync(front);
        await ClusterFixture.UntilOpenAsync(front);
        Assert.False((await front.SendAsync(HttpMethod.Get, "/api/audit/check"))["intact"]!.GetValue<bool>());
        Assert.Equal(1, (await front.SendAsync(HttpMethod.Get, "/api/integrations/polygon"))["proof_of_use_count_24h"]!.GetValue<int>());
        await cluster.AssertPromisesAsync(front);
    }

    [Fact]
    public async Task AuditLog_CutAfterItsWriterMoved_IsNamedByTheAnchorOfTheOtherSilo()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var silos = new[] { await cluster.SiloAsync("silo-1"), await cluster.SiloAsync("silo-2") };
        var front = await cluster.FrontEndAsync("front");
        await ClusterFixture.UntilOpenAsync(front);
        for (var i = 0; i < 8; i++) await PutAsync(front, i + 1);
        var whole = await UntilAnchoredAsync(front);
        Assert.True(whole["intact"]!.GetValue<bool>(), whole.ToJsonString());
        Assert.Equal(2, whole["anchors"]!.AsArray().Count);
        var last = whole["checked"]!.GetValue<long>();

        // The silo that wrote them has them in its anchor; it comes back, and the log's writer is on the other one.
        var writer = silos.Single(s => File.Exists(Path.Combine(cluster.DataOf(s.Name), "audit.anchor")));
        await writer.KillAsync();
        await writer.StartAsync();
        await ClusterFixture.UntilOpenAsync(front);

        // The front end may be open by the other silo alone, and the one that comes back is asked once it is a member again.
        while (!(await CheckAsync(front))["anchors"]!.AsArray().Any(a => a!["newest"]?.GetValue<long>() >= last)) await ClusterFixture.Pass(TimeSpan.FromMilliseconds(200));
        await cluster.Postgres.RunSqlAsync("cluster", "postgres", $"DELETE FROM controlplane.audit_log WHERE sequence > {last - 6}");

        var cut = await CheckAsync(front);
        Assert.True(cut["first_broken"] is not null, cut.ToJsonString());
        Assert.Equal((false, last - 5), (cut["intact"]!.GetValue<bool>(), cut["first_broken"]!.GetValue<long>()));
        var missing = Assert.Single(cut["anchors"]!.AsArray().SelectMany(a => a!["missing"]!.AsArray()))!;
        Assert.Equal((last - 5, last), (missing["from"]!.GetValue<long>(), missing["to"]!.GetValue<long>()));
        Assert.Equal(0, cut["unanchored_entries"]!.GetValue<long>());
        await NamedAsync(front, "audit log lacks");
    }

    private static readonly string[] s_refused =
    [
        "DELETE FROM controlplane.orleansstorage WHERE graintypestring = 'gate-controls'",
        "UPDATE controlplane.orleansstorage o SET payloadbinary = s.payloadbinary, version = s.version FROM public.seen s WHERE s.graintypestring = 'gate-controls' AND o.graintypestring = s.graintypestring",
        "UPDATE controlplane.orleansstorage SET payloadbinary = NULL, version = version + 1 WHERE graintypestring = 'bot'",
        "UPDATE controlplane.store_marks SET audit_up_to = 1000000",
        "DELETE FROM controlplane.store_marks",
        "UPDATE controlplane.usage_retention SET days = 1",
        "SELECT controlplane.usage_day_drop((now() AT TIME ZONE 'UTC')::date)",
        "DELETE FROM controlplane.audit_log",
        "DELETE FROM controlplane.integration_usage_events",
    ];

    private static string OlderRow(string state) =>
        $"UPDATE controlplane.orleansstorage o SET payloadbinary = s.payloadbinary, version = o.version + 1 FROM public.seen s WHERE s.graintypestring = '{state}' " +
        "AND o.graintypestring = s.graintypestring AND o.grainidn1 = s.grainidn1 AND o.grainidextensionstring IS NOT DISTINCT FROM s.grainidextensionstring";

    /// <summary>Registers the bot, or changes its limit.</summary>
    private static async Task PutAsync(NodeProcess front, int limit)
    {
        var answer = await front.SendAsync(HttpMethod.Put, $"/api/bots/{Guest}", new { name = Guest, requires = new[] { "polygon" }, risk_limits = new { max_order_quantity = limit } });
        Assert.True(answer["http_status"]!.GetValue<int>() is 200 or 201, answer.ToJsonString());
    }

    private static async Task<int> PostAsync(NodeProcess front, string path, object body) => (await front.SendAsync(HttpMethod.Post, path, body))["http_status"]!.GetValue<int>();

    private static Task NamedAsync(NodeProcess front, string word) => ClusterFixture.UntilAsync(
        front,
        s => s.ValidForMs > 0 && s.Body["blockers"]!.AsArray().Any(b => b!["code"]!.GetValue<string>() == "STORE_REPLACED" && b["message"]!.GetValue<string>().Contains(word, StringComparison.Ordinal)),
        $"STORE_REPLACED with '{word}'");

    private static async Task ConfirmAsync(NodeProcess front)
    {
        var answer = await front.SendAsync(HttpMethod.Post, "/api/system/confirm-store", new { reason = "drill" });
        Assert.True(answer["http_status"]!.GetValue<int>() == 200, answer.ToJsonString() + front.Output);
        await ClusterFixture.UntilAsync(front, s => s.ValidForMs > 0 && s.Body["blockers"]!.AsArray().All(b => b!["code"]!.GetValue<string>() != "STORE_REPLACED"), "confirmed");
    }

    /// <summary>The anchors are written behind the entries.</summary>
    /// <summary>Asks until there is an answer: while the log's writer moves there may be none.</summary>
    private static async Task<JsonNode> CheckAsync(NodeProcess front)
    {
        while (true)
        {
            var check = await front.SendAsync(HttpMethod.Get, "/api/audit/check");
            if (check["intact"] is not null) return check;
            await ClusterFixture.Pass(TimeSpan.FromMilliseconds(200));
        }
    }

    private static async Task<JsonNode> UntilAnchoredAsync(NodeProcess front)
    {
        while (true)
        {
            var check = await CheckAsync(front);
            if (check["unanchored_entries"]!.GetValue<long>() == 0) return check;
            await ClusterFixture.Pass(TimeSpan.FromMilliseconds(200));
        }
    }
}
