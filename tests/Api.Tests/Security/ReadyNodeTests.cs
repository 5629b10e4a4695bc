using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;

namespace ControlPlane.Api.Tests.Security;

/// <summary>A node that the gate does not take may have other tokens and settings than the cluster.</summary>
public sealed class ReadyNodeTests
{
    public static TheoryData<string, object> Loosening => new()
    {
        { "/api/system/release", new { reason = "r" } },
        { "/api/system/live/arm", new { reason = "r", minutes = 5 } },
        { "/api/bots/b1/release", new { reason = "r" } },
        { "/api/bots/b1/live/arm", new { reason = "r", minutes = 5 } },
        { "/api/bots/b1/autonomy/promote", new { reason = "r" } },
        { "/api/bots/b1/runner/start", new { runner_id = "r1" } },
        { "/api/bots/b1/runner/restart", new { runner_id = "r1" } },
    };

    [Theory]
    [MemberData(nameof(Loosening))]
    public async Task Loosening_NodeNotReady_IsRefusedWithTheReason(string path, object body)
    {
        await using var api = await NotReadyAsync();
        using var answer = await api.PostAsync(path, body);
        var problem = await TestApi.JsonAsync(answer);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("does not take it", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(0, api.Cluster.Gate.Releases);
        Assert.Empty(api.Cluster.Audit.Facts);
    }

    [Fact]
    public async Task LooseningRegistration_NodeNotReady_MakesNobodyAnOperator()
    {
        await using var api = await NotReadyAsync();
        using var answer = await api.SendAsync(HttpMethod.Put, "/api/bots/b2", TestApi.Operator, new { name = "B", mode = "live" });
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(api.Cluster.Bots.ContainsKey("b2"));
    }

    [Fact]
    public async Task Kill_NodeNotReady_Engages()
    {
        await using var api = await NotReadyAsync();
        using var answer = await api.PostAsync("/api/system/kill", new { reason = "stop" });
        Assert.Equal((HttpStatusCode.OK, "stop"), (answer.StatusCode, api.Cluster.Gate.KillReason));
    }

    private static Task<TestApi> NotReadyAsync() => TestApi.StartAsync(api => api.Gate.Node.Refuse(GateRefusal.OtherConfiguration));
}
