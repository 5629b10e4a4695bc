namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>Nodes that do not agree: about their settings, or about their secrets.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class OddNodeTests
{
    [Fact]
    public async Task OtherConfiguration_IsNotReadyAndClosed_WhileTheOthersGoOn()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        await cluster.SiloAsync("silo");
        var front = await cluster.FrontEndAsync("front");
        await ClusterFixture.UntilOpenAsync(front);
        var odd = await cluster.FrontEndAsync("odd", ("ControlPlane__Policy__Gates__llmConnected__Required", "false"));
        await ClusterFixture.UntilAsync(odd, s => s.Body["blockers"]!.ToJsonString().Contains("another configuration", StringComparison.Ordinal), "it says that it was refused");
        var ready = await odd.SendAsync(HttpMethod.Get, "/readyz");
        Assert.Equal(503, ready["http_status"]!.GetValue<int>());
        Assert.False((await odd.StatusAsync()).Open);
        Assert.True((await front.StatusAsync()).Open);
        Assert.Equal(200, (await front.SendAsync(HttpMethod.Get, "/readyz"))["http_status"]!.GetValue<int>());
    }

    [Fact]
    public async Task OtherSecret_IsShownAsADisagreementOfHosts()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var first = await cluster.AllInOneAsync("first");
        await ClusterFixture.UntilOpenAsync(first);
        await cluster.AllInOneAsync("second");
        await cluster.AllInOneAsync("third", ("OPENAI_API_KEY", "another-openai-key-of-the-tests-0002"));
        await ClusterFixture.UntilAsync(first, async _ => (await Row())["hosts"]!["reporting"]!.GetValue<int>() == 3, "three hosts report");
        await ClusterFixture.UntilAsync(first, async _ => (await Row())["reasons"]!.ToJsonString().Contains("2 of 3 agree", StringComparison.Ordinal), "two agree");
        var row = await Row();
        Assert.Equal((false, "DEGRADED"), (row["hosts"]!["agree"]!.GetValue<bool>(), row["state"]!.GetValue<string>()));

        async Task<System.Text.Json.Nodes.JsonNode> Row() => (await first.SendAsync(HttpMethod.Get, "/api/integrations/status"))["integrations"]!.AsArray()
            .Single(r => r!["provider"]!.GetValue<string>() == "openai")!;
    }
}
