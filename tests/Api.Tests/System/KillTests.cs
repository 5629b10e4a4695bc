using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Kills;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.System;

public sealed class KillTests
{
    /// <summary>Moves the test's clock until the answer is there.</summary>
    private static async Task<T> Timely<T>(TestApi api, Task<T> answer)
    {
        for (var i = 0; i < 500 && !answer.IsCompleted; i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            api.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        return await answer;
    }

    private static async Task Until(Func<bool> condition)
    {
        // The redelivery runs on its own threads.
        for (var i = 0; i < 500 && !condition(); i++) await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(condition());
    }

    [Theory]
    [InlineData("\"opening\"", TestApi.Runner, "opening")]
    [InlineData("true", TestApi.Runner, "opening")]
    [InlineData("\"all\"", TestApi.Runner, "opening")]
    [InlineData("\"all\"", TestApi.Operator, "all")]
    [InlineData("\"none\"", TestApi.Operator, "none")]
    public async Task Kill_CancelOpenOrders_IsRememberedAndNoBrokerIsClaimed(string asked, string token, string carriedOut)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.SendAsync(HttpMethod.Post, "/api/system/kill", token, new StringContent($$"""{"cancel_open_orders":{{asked}}}"""));
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal((carriedOut, 0), (body["cancel_open_orders"]!.GetValue<string>(), body["brokers"]!.AsArray().Count));
        Assert.Equal(carriedOut == "none" ? null : carriedOut, api.Cluster.Gate.Orders.Last().CancelOpenOrders);
        Assert.Equal(carriedOut == "none" ? [] : ["brokers"], body["unavailable"]!.AsArray().Select(row => row!["field"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 503)]
    public async Task Kill_NobodyTakesIt_IsKeptAndSaysSo(bool alone, int expected)
    {
        await using var api = await TestApi.StartAsync(api =>
        {
            api.SingleProcess = alone;
            api.Cluster.Gate.Failing = new TimeoutException();
        });
        using var answer = await Timely(api, api.PostAsync("/api/system/kill", new { reason = "now" }, TestApi.Runner));
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal((expected, alone, false), ((int)answer.StatusCode, body["engaged"]!.GetValue<bool>(), body["durable"]!.GetValue<bool>()));
        Assert.Equal(alone ? null : "CONTROL_PLANE_UNREACHABLE", body["code"]?.GetValue<string>());
        Assert.Equal((null, null), (body["runners"]!["acknowledged"], body["runners"]!["total"]));
        Assert.Equal(alone ? 1 : null, body["nodes"]!["total"]?.GetValue<int>());
        Assert.Contains(body["unavailable"]!.AsArray(), row => row!["field"]!.GetValue<string>() == "runners");
        Assert.Equal("kept", api.Cluster.Audit.Facts.Single().Outcome);

        // Another process of the same installation finds it.
        Assert.Equal("now", Assert.Single(Spool(api).For(null)).Reason);
        var before = api.Cluster.Gate.Orders.First().Id;
        await api.App.StopAsync(TestContext.Current.CancellationToken);
        await api.App.DisposeAsync();
        await using var next = await TestApi.StartAsync(before: api);
        await Until(() => !next.Cluster.Gate.Orders.IsEmpty);
        Assert.Equal(before, next.Cluster.Gate.Orders.First().Id);
        await Until(() => next.Cluster.Audit.Facts.Any(f => f is { Action: "kill.delivered", Outcome: "done" }));
    }

    [Fact]
    public async Task Kill_TheGateDiesMeanwhile_IsDeliveredToTheNextOne()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Gate.Failing = new TimeoutException());
        var killing = api.PostAsync("/api/system/kill", new { reason = "now" }, TestApi.Runner);
        await Until(() => !api.Cluster.Gate.Orders.IsEmpty);
        Assert.NotEmpty(Spool(api).For(null));
        api.Cluster.Gate.Failing = null;
        using var answer = await Timely(api, killing);
        Assert.Equal((HttpStatusCode.OK, true), (answer.StatusCode, (await TestApi.JsonAsync(answer))["durable"]!.GetValue<bool>()));
        Assert.Single(api.Cluster.Gate.Orders.Select(o => o.Id).Distinct());
    }

    [Fact]
    public async Task Kill_OfABot_TheClusterIsAway_IsKept()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Unreachable = new TimeoutException());
        using var answer = await Timely(api, api.PostAsync("/api/bots/momentum-es/kill", new { reason = "now" }, TestApi.Runner));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("momentum-es", Assert.Single(Spool(api).For("momentum-es")).BotId);
    }

    [Fact]
    public async Task Kill_StaysOnThisNodesDisk_UntilItsReleaseIsHeard()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.PostAsync("/api/system/kill", new { reason = "now" }, TestApi.Runner);
        Assert.True((await TestApi.JsonAsync(answer))["durable"]!.GetValue<bool>());
        var kept = Assert.Single(Spool(api).All);
        Assert.True(kept.Taken);
        await Until(() =>
        {
            api.Time.Advance(TimeSpan.FromSeconds(1));
            return !Spool(api).IsBehind;
        });
        api.Cluster.Gate.Released.Add(kept.Order.Id);
        Assert.True(Spool(api).Holds(kept.Order.Id));
        var delivery = api.App.Services.GetRequiredService<KillDelivery>();
        Assert.Equal("superseded", await delivery.TryAgainAsync(kept.Order));
        Assert.True(Spool(api).IsEmpty);
    }

    [Fact]
    public async Task Kill_KnownToThisNode_NothingIsGrantedThroughIt()
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Start = new StartAnswer { Granted = true, Epoch = 3, Lease = new LeaseTerms(30_000, 10_000, 20_000), TradingState = TradingState.Active, SystemStatus = SystemStatus.Ok };
        api.Cluster.Heartbeat = new HeartbeatAnswer(null, null, Directive.Continue, new LeaseTerms(30_000, 10_000, 20_000), TradingState.Active, SystemStatus.Ok, default);
        api.Cluster.OrderAnswer = new OrderAnswer { Allowed = true, OrderId = "o1", TradingState = TradingState.Active };
        await api.SendAsync(HttpMethod.Put, "/api/bots/momentum-es", TestApi.Operator, new { name = "M" });
        Spool(api).Keep(new KillOrder(Guid.NewGuid(), null, "now", new Caller("operator", "operator", ""), DateTimeOffset.UnixEpoch));
        using var start = await api.PostAsync("/api/bots/momentum-es/runner/start", new { runner_id = "r1" }, TestApi.Runner);
        await AccessMatrixTests.AssertProblem(start, 409, "KILL_SWITCH_ENGAGED");
        using var heartbeat = await api.PostAsync("/api/bots/momentum-es/runner/heartbeat", new { runner_id = "r1", epoch = 3 }, TestApi.Runner);
        Assert.Equal("HALT", (await TestApi.JsonAsync(heartbeat))["directive"]!.GetValue<string>());
        using var order = await api.PostAsync("/api/bots/momentum-es/orders/check", new { epoch = 3, client_order_id = "c1", symbol = "ES", side = "buy", quantity = 1, price = 5, intent = "open" }, TestApi.Runner);
        Assert.False((await TestApi.JsonAsync(order))["allowed"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Node_WithoutALease_PassesNoGrant()
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Start = new StartAnswer { Granted = true, Epoch = 3, Lease = new LeaseTerms(30_000, 10_000, 20_000), TradingState = TradingState.Active, SystemStatus = SystemStatus.Ok };
        api.Cluster.Heartbeat = new HeartbeatAnswer(null, null, Directive.Continue, new LeaseTerms(30_000, 10_000, 20_000), TradingState.Active, SystemStatus.Ok, default);
        api.Cluster.OrderAnswer = new OrderAnswer { Allowed = true, OrderId = "o1", TradingState = TradingState.Active };
        await api.SendAsync(HttpMethod.Put, "/api/bots/momentum-es", TestApi.Operator, new { name = "M" });
        api.Gate.RunOut();
        using var start = await api.PostAsync("/api/bots/momentum-es/runner/start", new { runner_id = "r1" }, TestApi.Runner);
        await AccessMatrixTests.AssertProblem(start, 409, "GATE_LEASE_EXPIRED");
        using var heartbeat = await api.PostAsync("/api/bots/momentum-es/runner/heartbeat", new { runner_id = "r1", epoch = 3 }, TestApi.Runner);
        Assert.Equal("HALT", (await TestApi.JsonAsync(heartbeat))["directive"]!.GetValue<string>());
        using var order = await api.PostAsync("/api/bots/momentum-es/orders/check", new { epoch = 3, client_order_id = "c1", symbol = "ES", side = "buy", quantity = 1, price = 5, intent = "open" }, TestApi.Runner);
        Assert.False((await TestApi.JsonAsync(order))["allowed"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("momentum-es")]
    public async Task Release_NobodyKnowsWhatBecameOfIt_IsAKillAgain_ByAnIdOfItsOwn(string? bot)
    {
        await using var api = await TestApi.StartAsync();
        if (bot is not null) await api.SendAsync(HttpMethod.Put, $"/api/bots/{bot}", TestApi.Operator, new { name = "M" });
        var first = new KillOrder(Guid.NewGuid(), bot, "now", new Caller("operator", "operator", ""), DateTimeOffset.UnixEpoch);
        Spool(api).Keep(first);
        Assert.True(Spool(api).Taken(first.Id));
        api.Cluster.Unreachable = api.Cluster.Gate.Failing = new TimeoutException();
        using var answer = await Timely(api, api.PostAsync(bot is null ? "/api/system/release" : $"/api/bots/{bot}/release", new { reason = "done" }));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal([false, true], Spool(api).All.Select(k => k.Order.Id != first.Id && !k.Taken).Order());
        Assert.All(Spool(api).All, k => Assert.Equal((bot, "now"), (k.Order.BotId, k.Order.Reason)));
    }

    [Fact]
    public async Task Release_OfWhatIsNotEngaged_TheClusterIsAway_EngagesNothing()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Gate.Failing = new TimeoutException());
        using var answer = await api.PostAsync("/api/system/release", new { reason = "done" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(Spool(api).IsEmpty);
    }

    [Fact]
    public async Task Kill_TheAuditLogHangs_DoesNotWaitForIt()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Audit.Hanging = true);

        // The clock stands still: whoever waited for the log would wait for good.
        using var answer = await api.PostAsync("/api/system/kill", new { reason = "now" }, TestApi.Runner);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var refused = await api.PostAsync("/api/system/release", new { reason = "x" }, TestApi.Viewer);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Drill_AnswersWithWhoTookHowLong_AndIsAudited()
    {
        await using var api = await TestApi.StartAsync(api => api.Stores.Drills = [new KillDrill(DateTimeOffset.UnixEpoch, "operator", 5, null, [], [], new string('b', 32), true)]);
        using var answer = await api.PostAsync("/api/system/kill-drill", null);
        var drill = await TestApi.JsonAsync(answer);
        Assert.Equal((12L, 0.4, true), (drill["took_ms"]!.GetValue<long>(), drill["nodes"]![0]!["ms"]!.GetValue<double>(), drill["nodes"]![0]!["acknowledged"]!.GetValue<bool>()));
        Assert.Equal((null, false), (drill["runners"]![0]!["ms"], drill["runners"]![0]!["acknowledged"]!.GetValue<bool>()));
        Assert.Equal("kill.drill", api.Cluster.Audit.Facts.Single().Action);
        var list = await api.GetJsonAsync("/api/system/kill-drills");
        Assert.Equal(5, list["items"]![0]!["took_ms"]!.GetValue<int>());
        api.Stores.Broken = true;
        using var broken = await api.GetAsync("/api/system/kill-drills");
        await AccessMatrixTests.AssertProblem(broken, 503, "DATA_UNAVAILABLE");
    }

    private static KillSpool Spool(TestApi api) => api.App.Services.GetRequiredService<KillSpool>();

    private static async Task<HttpResponseMessage> SendAsync(TestApi api, string? cookie, string? type, string body)
    {
        var bytes = body switch
        {
            "latin1" => Encoding.Latin1.GetBytes("""{"reason":"sofort, schließen"}"""),
            "2MB" => Encoding.UTF8.GetBytes($$"""{"reason":"{{new string('x', 2 * 1024 * 1024)}}"}"""),
            _ => Encoding.UTF8.GetBytes(body),
        };
        HttpContent? content = bytes.Length == 0 ? null : new ByteArrayContent(bytes);
        if (type is not null && content is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return cookie is null
            ? await api.SendAsync(HttpMethod.Post, "/api/system/kill", TestApi.Runner, content)
            : await api.SendAsync(HttpMethod.Post, "/api/system/kill", null, content, ("Cookie", cookie), ("Origin", api.Origin));
    }
}
