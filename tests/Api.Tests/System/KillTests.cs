using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;
using ControlPlane.Grains.Kills;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.System;

public sealed class KillTests
{
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
        using var answer = await api.PostAsync("/api/system/kill", new { reason = "now" }, TestApi.Runner);
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal((expected, alone, false), ((int)answer.StatusCode, body["engaged"]!.GetValue<bool>(), body["durable"]!.GetValue<bool>()));
        Assert.Equal(alone ? null : "CONTROL_PLANE_UNREACHABLE", body["code"]?.GetValue<string>());
        Assert.Equal((null, null), (body["runners"]!["acknowledged"], body["runners"]!["total"]));
        Assert.Equal(alone ? 1 : null, body["nodes"]!["total"]?.GetValue<int>());
        Assert.Contains(body["unavailable"]!.AsArray(), row => row!["field"]!.GetValue<string>() == "runners");
        Assert.Equal("kept", api.Cluster.Audit.Facts.Single().Outcome);

        // Another process of the same installation finds it.
        Assert.Equal("now", api.App.Services.GetRequiredService<KillSpool>().For(null)!.Reason);
        var before = api.Cluster.Gate.Orders.First().Id;
        await api.App.StopAsync(TestContext.Current.CancellationToken);
        await api.App.DisposeAsync();
        await using var next = await TestApi.StartAsync(before: api);
        await Until(() => !next.Cluster.Gate.Orders.IsEmpty);
        Assert.Equal(before, next.Cluster.Gate.Orders.First().Id);
        await Until(() => next.Cluster.Audit.Facts.Any(f => f is { Action: "kill.delivered", Outcome: "done" }));
    }

    [Fact]
    public async Task Kill_OfABot_TheClusterIsAway_IsKept()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Unreachable = new TimeoutException());
        using var answer = await api.PostAsync("/api/bots/momentum-es/kill", new { reason = "now" }, TestApi.Runner);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("momentum-es", api.App.Services.GetRequiredService<KillSpool>().For("momentum-es")!.BotId);
    }

    [Fact]
    public async Task Kill_Durable_IsNotKept_AndNotDurableIs()
    {
        await using var api = await TestApi.StartAsync();
        using var durable = await api.PostAsync("/api/system/kill", new { reason = "now" }, TestApi.Runner);
        Assert.True(api.App.Services.GetRequiredService<KillSpool>().IsEmpty);
        api.Cluster.Gate.Durable = false;
        using var answer = await api.PostAsync("/api/system/kill", new { reason = "now" }, TestApi.Runner);
        Assert.False((await TestApi.JsonAsync(answer))["durable"]!.GetValue<bool>());
        Assert.False(api.App.Services.GetRequiredService<KillSpool>().IsEmpty);
    }

    [Fact]
    public async Task Release_EndsAKillThatIsStillOnItsWay()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Gate.Durable = false);
        using var kill = await api.PostAsync("/api/system/kill", new { reason = "now" });
        using var release = await api.PostAsync("/api/system/release", new { reason = "fine again" });
        Assert.Equal(HttpStatusCode.OK, release.StatusCode);
        Assert.True(api.App.Services.GetRequiredService<KillSpool>().IsEmpty);
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

    private static async Task Until(Func<bool> condition)
    {
        // The redelivery runs on its own threads.
        for (var i = 0; i < 500 && !condition(); i++) await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(condition());
    }
}
