using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.System;

public sealed class SystemTests(SharedApi shared) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task Status_LiveLease_IsTheGatesDecision()
    {
        await using var api = await TestApi.StartAsync();
        var status = await api.GetJsonAsync("/api/system/status");
        Assert.Equal(("OK", "ACTIVE", true), (status["system_status"]!.GetValue<string>(), status["trading_state"]!.GetValue<string>(), status["autonomy_allowed"]!.GetValue<bool>()));
        Assert.Equal(GateNames.All.AsEnumerable(), status["autonomy_gates"]!.AsObject().Select(gate => gate.Key));
        Assert.Equal("True", status["autonomy_gates"]!["llmConnected"]!["status"]!.GetValue<string>());
        Assert.Equal(["OBSERVE", "PAPER", "SUPERVISED", "LIMITED", "AUTONOMOUS"], status["tier_counts"]!.AsObject().Select(tier => tier.Key));
        Assert.Equal("2026-11-22T20:00:02.870Z", status["valid_until"]!.GetValue<string>());
        Assert.Equal(2870, status["valid_for_ms"]!.GetValue<long>());
        Assert.True(status["kill_switch"]!.AsObject().ContainsKey("reason"));
        Assert.Empty(status["unavailable"]!.AsArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Status_NoLease_IsBlockedInTheSameShape(bool heardOnce)
    {
        await using var api = await TestApi.StartAsync(api =>
        {
            if (heardOnce) api.Gate.RunOut();
            else api.Gate.ForgetAll();
        });
        using var answer = await api.GetAsync("/api/system/status");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var status = await TestApi.JsonAsync(answer);
        Assert.Equal(("BLOCKED", "HALTED", false), (status["system_status"]!.GetValue<string>(), status["trading_state"]!.GetValue<string>(), status["autonomy_allowed"]!.GetValue<bool>()));
        Assert.Equal("GATE_LEASE_EXPIRED", status["blockers"]![0]!["code"]!.GetValue<string>());
        Assert.Equal(6, status["autonomy_gates"]!.AsObject().Count);
        Assert.All(status["autonomy_gates"]!.AsObject(), gate => Assert.Equal(("Unknown", false), (gate.Value!["status"]!.GetValue<string>(), gate.Value["healthy"]!.GetValue<bool>())));
        Assert.Null(status["kill_switch"]!["engaged"]);
        Assert.Contains(status["unavailable"]!.AsArray(), row => row!["field"]!.GetValue<string>() == "kill_switch");
    }

    [Fact]
    public async Task Status_ClusterUnreachable_Is503InTheSameShape()
    {
        await using var api = await TestApi.StartAsync();
        api.Gate.Node.Close();
        api.Cluster.Unreachable = new TimeoutException();
        using var answer = await api.GetAsync("/api/system/status");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        var status = await TestApi.JsonAsync(answer);
        Assert.Equal(("CONTROL_PLANE_UNREACHABLE", "BLOCKED"), (status["code"]!.GetValue<string>(), status["system_status"]!.GetValue<string>()));
        Assert.Null(status["bots"]!["total"]);
        Assert.Equal(answer.Headers.GetValues("X-Trace-Id").Single(), status["trace_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Status_CountsUnreadable_AreNullAndNamed()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Unreachable = new IOException());
        var status = await api.GetJsonAsync("/api/system/status");
        Assert.Equal("OK", status["system_status"]!.GetValue<string>());
        Assert.Null(status["tier_counts"]!["OBSERVE"]);
        Assert.Equal(["tier_counts", "bots"], status["unavailable"]!.AsArray().Select(row => row!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Kill_AuditUnwritable_StillWorks()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Audit.Unwritable = true);
        using var answer = await api.PostAsync("/api/system/kill", new { reason = "now" }, TestApi.Runner);
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal((true, true, 1), (body["engaged"]!.GetValue<bool>(), body["durable"]!.GetValue<bool>(), body["nodes"]!["acknowledged"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Kill_WithoutOrWithOddWords_StillWorksOnOneLine()
    {
        await using var api = await TestApi.StartAsync();
        using var bare = await api.PostAsync("/api/system/kill", null);
        Assert.Equal((HttpStatusCode.OK, "No reason was given."), (bare.StatusCode, api.Cluster.Gate.KillReason));
        using var odd = await api.PostAsync("/api/system/kill", new { reason = "a\r\nb\u001b[0m\u2028" + new string('x', 900) });
        Assert.Equal(HttpStatusCode.OK, odd.StatusCode);
        Assert.DoesNotContain(api.Cluster.Gate.KillReason!, char.IsControl);
        Assert.Equal(500, api.Cluster.Gate.KillReason!.Length);
    }

    [Theory]
    [InlineData("/api/system/release")]
    [InlineData("/api/system/live/arm")]
    [InlineData("/api/bots/momentum-es/release")]
    [InlineData("/api/bots/momentum-es/live/arm")]
    public async Task Loosening_AuditUnwritable_IsRefusedAndNothingHappens(string path)
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Audit.Unwritable = true);
        using var answer = await api.PostAsync(path, new { reason = "fine again", minutes = 5 });
        await AccessMatrixTests.AssertProblem(answer, 503, "DATA_UNAVAILABLE");
        Assert.Equal(0, api.Cluster.Gate.Releases);
    }

    [Fact]
    public async Task Release_IsWrittenBeforeAndAfter()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.PostAsync("/api/system/release", new { reason = "fine again" });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["requested", "done"], api.Cluster.Audit.Facts.Select(fact => fact.Outcome));
        Assert.Equal("fine again", api.Cluster.Audit.Facts.First().Details["reason"]);
    }

    [Theory]
    [InlineData("/api/system/release", "{\"reason\":\"a\\nb\"}")]
    [InlineData("/api/system/release", "{}")]
    [InlineData("/api/system/live/arm", "{\"reason\":\"x\"}")]
    [InlineData("/api/system/live/arm", "{\"reason\":\"x\",\"minutes\":0}")]
    [InlineData("/api/system/live/arm", "{\"reason\":\"x\",\"minutes\":\"5\"}")]
    [InlineData("/api/system/live/arm", "{\"reason\":\"x\",\"minutes\":1441}")]
    [InlineData("/api/components/risk_engine/heartbeat", "{\"instance\":\"a\"}")]
    [InlineData("/api/components/other/heartbeat", "{\"instance\":\"a\",\"sequence\":1}")]
    public async Task Control_WrongWords_AreRefused(string path, string body)
    {
        var api = shared.Api;
        using var answer = await api.PostAsync(path, new StringContent(body, global::System.Text.Encoding.UTF8, "application/json"));
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
    }

    [Fact]
    public async Task ComponentHeartbeat_SaysUntilWhenItCounts()
    {
        var api = shared.Api;
        using var answer = await api.PostAsync("/api/components/risk_engine/heartbeat", new { instance = "r1", sequence = 1 }, TestApi.Runner);
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal((true, 3000L, "2026-11-22T20:00:03.000Z"), (body["counted"]!.GetValue<bool>(), body["valid_for_ms"]!.GetValue<long>(), body["valid_until"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("supervisor")]
    [InlineData("timeout_worker")]
    public async Task ComponentHeartbeat_OfWhatProvesItselfFromInside_IsRefusedForAll(string name)
    {
        foreach (var token in new[] { TestApi.Runner, TestApi.Operator })
        {
            using var answer = await shared.Api.PostAsync($"/api/components/{name}/heartbeat", new { instance = "r1", sequence = 1 }, token);
            await AccessMatrixTests.AssertProblem(answer, 403, "FORBIDDEN");
        }
    }

    [Fact]
    public async Task Health_IsOpen_AndReadyNeedsASnapshotAndTheStore()
    {
        await using var api = await TestApi.StartAsync();
        using var alive = await api.GetAsync("/healthz", null);
        using var ready = await api.GetAsync("/readyz", null);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (alive.StatusCode, ready.StatusCode));

        api.Gate.Node.Close();
        using var blocked = await api.GetAsync("/readyz", null);
        Assert.Equal(HttpStatusCode.OK, blocked.StatusCode);
        Assert.Equal(1, api.Stores.Probes);

        api.Stores.Broken = true;
        api.Time.Advance(TimeSpan.FromSeconds(2));
        using var broken = await api.GetAsync("/readyz", null);
        await AccessMatrixTests.AssertProblem(broken, 503, "DATA_UNAVAILABLE");

        await using var started = await TestApi.StartAsync(another => another.Gate.ForgetAll());
        using var early = await started.GetAsync("/readyz", null);
        await AccessMatrixTests.AssertProblem(early, 503, "DATA_UNAVAILABLE");
    }

    [Fact]
    public async Task Transitions_AreListedWithoutTheRecordedDecision()
    {
        await using var api = await TestApi.StartAsync(api => api.Stores.Transitions =
            [new GateTransition(FakeNodeGate.Heard, 7, 3, "system", "OK", "BLOCKED", "KillSwitchEngaged", "Killed.", "operator", new string('a', 32), "{\"decision\":1}")]);
        var list = await api.GetJsonAsync("/api/system/transitions?from=2026-11-22T00:00:00Z&limit=5");
        Assert.Equal("BLOCKED", list["items"]![0]!["to"]!.GetValue<string>());
        Assert.False(list["items"]![0]!.AsObject().ContainsKey("decision"));
        Assert.True(list.ContainsKey("next"));
    }
}
