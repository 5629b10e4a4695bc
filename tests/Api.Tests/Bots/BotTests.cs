using System.Collections.Immutable;
using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Bots;

public sealed class BotTests(SharedApi shared) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task Put_ThenGet_GivesTheRow()
    {
        await using var api = await TestApi.StartAsync();
        using var put = await api.SendAsync(HttpMethod.Put, "/api/bots/momentum-es", TestApi.Runner, new { name = "Momentum", user_id = "u1", requires = new[] { "polygon" }, risk_limits = new { max_position = 3 } });
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        var bot = await api.GetJsonAsync("/api/bots/momentum-es");
        Assert.Equal(("momentum-es", "Momentum", "paper", "OBSERVE", "BLOCKED"), (bot["bot_id"]!.GetValue<string>(), bot["name"]!.GetValue<string>(), bot["mode"]!.GetValue<string>(), bot["tier"]!.GetValue<string>(), bot["readiness"]!.GetValue<string>()));
        foreach (var field in new[] { "score", "last_decision_at", "trades_24h", "pnl_24h" }) Assert.True(bot.ContainsKey(field) && bot[field] is null, field);
        Assert.Equal("STOPPED", bot["runner"]!["state"]!.GetValue<string>());
        Assert.Equal("done", Assert.Single(api.Cluster.Audit.Facts).Outcome);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"name\":\"a\\nb\"}")]
    [InlineData("{\"name\":\"a\",\"mode\":\"LIVE\"}")]
    [InlineData("{\"name\":\"a\",\"requires\":[null]}")]
    [InlineData("{\"name\":\"a\",\"requires\":[\"Not An Id\"]}")]
    [InlineData("{\"name\":\"a\",\"risk_limits\":{\"max\":-1}}")]
    [InlineData("{\"name\":\"a\",\"risk_limits\":{\"MAX POSITION\":1}}")]
    [InlineData("{\"name\":\"a\",\"risk_limits\":{\"max\":1e999}}")]
    [InlineData("{\"name\":\"a\",\"risk_limits\":{\"max\":1,\"max\":2}}")]
    [InlineData("{\"name\":\"a\",\"instruments\":{\"ES\":{}}}")]
    [InlineData("{\"name\":\"a\",\"instruments\":{\"ES\":null}}")]
    [InlineData("{\"name\":\"a\",\"instruments\":{\"ES\":{\"multiplier\":\"50\"}}}")]
    [InlineData("{\"name\":\"a\",\"aliases\":{\"XBTUSD\":null}}")]
    [InlineData("{\"name\":\"a\",\"may_use\":[null]}")]
    [InlineData("{\"name\":\"a\",\"states_confidence\":\"no\"}")]
    public async Task Put_WrongWords_Are400(string body)
    {
        var api = shared.Api;
        using var answer = await api.SendAsync(HttpMethod.Put, "/api/bots/b1", TestApi.Runner, new StringContent(body, global::System.Text.Encoding.UTF8, "application/json"));
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Put_WhatAnOperatorDeclares_StandsInTheRow()
    {
        await using var api = await TestApi.StartAsync();
        using var put = await api.SendAsync(HttpMethod.Put, "/api/bots/b1", TestApi.Operator, new
        {
            name = "a", instruments = new Dictionary<string, object> { ["ES"] = new { multiplier = 50 } }, aliases = new Dictionary<string, string> { ["XBTUSD"] = "BTCUSD" }, may_use = new[] { "polygon" }, currency = "EUR", states_confidence = false,
        });
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        var bot = await api.GetJsonAsync("/api/bots/b1");
        Assert.Equal((50m, "BTCUSD", "polygon", "EUR", false), (
            bot["instruments"]!["ES"]!["multiplier"]!.GetValue<decimal>(), bot["aliases"]!["XBTUSD"]!.GetValue<string>(), bot["may_use"]![0]!.GetValue<string>(), bot["currency"]!.GetValue<string>(), bot["states_confidence"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Put_UnknownProvider_Is400UnknownProvider()
    {
        var api = shared.Api;
        using var answer = await api.SendAsync(HttpMethod.Put, "/api/bots/b1", TestApi.Runner, new { name = "a", requires = new[] { "nosuch" } });
        await AccessMatrixTests.AssertProblem(answer, 400, "UNKNOWN_PROVIDER");
    }

    [Theory]
    [InlineData("UPPER")]
    [InlineData("-dash-first")]
    [InlineData("a%20b")]
    [InlineData("a%0Ab")]
    public async Task BotId_OfAnotherForm_Is400(string id)
    {
        var api = shared.Api;
        using var answer = await api.GetAsync($"/api/bots/{id}");
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Put_RunnerLoosens_IsForbidden()
    {
        var api = shared.Api;
        using var answer = await api.SendAsync(HttpMethod.Put, "/api/bots/b1", TestApi.Runner, new { name = "a", mode = "live" });
        await AccessMatrixTests.AssertProblem(answer, 403, "FORBIDDEN");
    }

    [Fact]
    public async Task Put_OperatorLoosens_IsWrittenFirst_AndTighteningIsNotHeldUp()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Audit.Unwritable = true);
        using var loose = await api.SendAsync(HttpMethod.Put, "/api/bots/b1", TestApi.Operator, new { name = "a", mode = "live" });
        await AccessMatrixTests.AssertProblem(loose, 503, "DATA_UNAVAILABLE");
        Assert.Empty(api.Cluster.Bots);
        using var tight = await api.SendAsync(HttpMethod.Put, "/api/bots/b1", TestApi.Operator, new { name = "a" });
        Assert.Equal(HttpStatusCode.OK, tight.StatusCode);
    }

    [Fact]
    public async Task List_Pages_NewestFirst_AndThoseOfUnknownAgeLast()
    {
        var noon = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
        await using var api = await TestApi.StartAsync(api =>
        {
            foreach (var (id, minute) in new (string, int?)[] { ("c", 1), ("a", 2), ("d", null), ("b", null), ("f", 1), ("e", 3) })
            {
                api.Cluster.Bots[id] = new BotView
                {
                    BotId = id, RegisteredAt = minute is { } m ? noon.AddMinutes(m) : null, Spec = new BotSpec(id, null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty),
                };
            }
        });
        async Task<(string[] Ids, string? Next)> Page(string query)
        {
            var page = await api.GetJsonAsync("/api/bots" + query);
            return ([.. page["bots"]!.AsArray().Select(bot => bot!["bot_id"]!.GetValue<string>())], page["next"]?.GetValue<string>());
        }

        Assert.Equal(["e", "a", "c", "f", "b", "d"], (await Page("")).Ids);
        foreach (var limit in new[] { 1, 2, 4, 5 })
        {
            var (seen, next) = (new List<string>(), (string?)null);
            do
            {
                (var ids, next) = await Page($"?limit={limit}{(next is null ? "" : $"&before={next}")}");
                seen.AddRange(ids);
            }
            while (next is not null);
            Assert.Equal(["e", "a", "c", "f", "b", "d"], seen);
        }

        using var bad = await api.SendAsync(HttpMethod.Get, "/api/bots?before=YWJj", TestApi.Viewer);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task List_WithoutALimit_IsAPageOfAHundred()
    {
        await using var api = await TestApi.StartAsync(api =>
        {
            for (var i = 0; i < 250; i++) api.Cluster.Bots[$"b{i:D3}"] = new BotView { BotId = $"b{i:D3}", Spec = new BotSpec("B", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty) };
        });
        var (seen, sizes, query) = (new List<string>(), new List<int>(), "");
        while (true)
        {
            var page = await api.GetJsonAsync("/api/bots" + query);
            var ids = page["bots"]!.AsArray().Select(bot => bot!["bot_id"]!.GetValue<string>()).ToArray();
            seen.AddRange(ids);
            sizes.Add(ids.Length);
            if (page["next"] is not { } next) break;
            query = $"?before={next.GetValue<string>()}";
        }

        Assert.Equal([100, 100, 50], sizes);
        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"b{i:D3}"), seen);
    }

    [Theory]
    [InlineData(Codes.RunnerAlreadyHeld, 409)]
    [InlineData(Codes.OperationNotAllowed, 409)]
    [InlineData(Codes.DataUnavailable, 503)]
    [InlineData(Codes.UnknownBot, 404)]
    public async Task Delete_Refused_IsAProblemOfItsCode(string code, int status)
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Deletion = new BotAnswer(code, "Why.", null));
        using var answer = await api.SendAsync(HttpMethod.Delete, "/api/bots/b1", TestApi.Operator);
        await AccessMatrixTests.AssertProblem(answer, status, code);
    }

    [Fact]
    public async Task Delete_Done_SaysSo()
    {
        await using var api = await TestApi.StartAsync();
        using var put = await api.SendAsync(HttpMethod.Put, "/api/bots/b1", TestApi.Runner, new { name = "a" });
        using var answer = await api.SendAsync(HttpMethod.Delete, "/api/bots/b1", TestApi.Operator);
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal((HttpStatusCode.OK, "b1", true), (answer.StatusCode, body["bot_id"]!.GetValue<string>(), body["deleted"]!.GetValue<bool>()));
        using var gone = await api.GetAsync("/api/bots/b1");
        await AccessMatrixTests.AssertProblem(gone, 404, "UNKNOWN_BOT");
    }

    [Fact]
    public async Task Start_Granted_GivesTheLease()
    {
        var api = shared.Api;
        using var answer = await api.PostAsync("/api/bots/b1/runner/start", new { runner_id = "r1", mode = "paper" }, TestApi.Runner);
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal((true, 1L, 30_000L, 7L, 412L), (body["granted"]!.GetValue<bool>(), body["epoch"]!.GetValue<long>(), body["lease"]!["ttl_ms"]!.GetValue<long>(), body["gate_epoch"]!.GetValue<long>(), body["gate_version"]!.GetValue<long>()));
    }

    [Theory]
    [InlineData("start")]
    [InlineData("restart")]
    public async Task Start_Denied_NamesEverythingThatDeniesIt(string verb)
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Start = new StartAnswer
        {
            Code = Codes.KillSwitchEngaged,
            Blockers = [new Blocker(Codes.KillSwitchEngaged, Severity.Blocked, "system", null, null, null, "Killed.", "Release it.", FakeNodeGate.Heard, null)],
            PathToOk = [new PathStep(1, "release_kill", null, [], "Release the kill switch.")],
        });
        using var answer = await api.PostAsync($"/api/bots/b1/runner/{verb}", new { runner_id = "r1" }, TestApi.Runner);
        await AccessMatrixTests.AssertProblem(answer, 409, "KILL_SWITCH_ENGAGED");
        var problem = await TestApi.JsonAsync(answer);
        Assert.False(problem["granted"]!.GetValue<bool>());
        Assert.Equal("KILL_SWITCH_ENGAGED", problem["blockers"]![0]!["code"]!.GetValue<string>());
        Assert.Equal("release_kill", problem["path_to_ok"]![0]!["action"]!.GetValue<string>());
        Assert.Equal("KILL_SWITCH_ENGAGED", Assert.Single(api.Cluster.Audit.Facts).Outcome);
    }

    [Theory]
    [InlineData(Codes.UnknownBot, 404)]
    [InlineData(Codes.DataUnavailable, 503)]
    public async Task Start_Undecided_IsNotADenial(string code, int status)
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Start = new StartAnswer { Code = code });
        using var answer = await api.PostAsync("/api/bots/b1/runner/start", new { runner_id = "r1" }, TestApi.Runner);
        await AccessMatrixTests.AssertProblem(answer, status, code);
    }

    [Fact]
    public async Task Heartbeat_Fenced_Is409AndHalts()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Heartbeat =
            new HeartbeatAnswer(Codes.LeaseFenced, "The lease is another one's.", Directive.Halt, null, TradingState.Halted, SystemStatus.Ok, default));
        using var answer = await api.PostAsync("/api/bots/b1/runner/heartbeat", new { runner_id = "r1", epoch = 1 }, TestApi.Runner);
        await AccessMatrixTests.AssertProblem(answer, 409, "LEASE_FENCED");
        Assert.Equal("HALT", (await TestApi.JsonAsync(answer))["directive"]!.GetValue<string>());
        Assert.Empty(api.Cluster.Audit.Facts);
    }

    [Fact]
    public async Task Heartbeat_Holding_SaysWhatToDo()
    {
        var api = shared.Api;
        using var answer = await api.PostAsync("/api/bots/b1/runner/heartbeat", new { runner_id = "r1", epoch = 1 }, TestApi.Runner);
        Assert.Equal("CONTINUE", (await TestApi.JsonAsync(answer))["directive"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("open", TradingState.Active, true, true)]
    [InlineData("open", TradingState.Reducing, true, false)]
    [InlineData("reduce", TradingState.Reducing, true, true)]
    [InlineData("reduce", TradingState.Halted, true, true)]
    [InlineData("reduce", TradingState.Halted, false, false)]
    [InlineData("cancel", TradingState.Halted, false, true)]
    public async Task Permit_ByIntent_FollowsTheNodesGate(string intent, TradingState state, bool exits, bool allowed)
    {
        await using var api = await TestApi.StartAsync(api => api.Gate.Answer = new GateAnswer(state, 7, 412, 2_000, exits, 2_000));
        var permit = await api.GetJsonAsync($"/api/bots/b1/permit?intent={intent}&epoch=1");
        Assert.Equal(allowed, permit["allowed"]!.GetValue<bool>());
        Assert.Equal(state == TradingState.Active, permit["reasons"]!.AsArray().Count == 0);
        Assert.Equal(2_000, permit["valid_for_ms"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("intent=close&epoch=1")]
    [InlineData("intent=open")]
    [InlineData("epoch=1")]
    [InlineData("intent=open&epoch=-1")]
    [InlineData("intent=open&epoch=x")]
    public async Task Permit_WrongQuery_Is400(string query)
    {
        var api = shared.Api;
        using var answer = await api.GetAsync($"/api/bots/b1/permit?{query}");
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("release")]
    [InlineData("live/disarm")]
    [InlineData("runner/stop")]
    public async Task Write_UnknownBot_Is404(string verb)
    {
        var api = shared.Api;
        using var answer = await api.PostAsync($"/api/bots/nosuch/{verb}", new { reason = "x", runner_id = "r", epoch = 1 });
        await AccessMatrixTests.AssertProblem(answer, 404, "UNKNOWN_BOT");
    }
}
