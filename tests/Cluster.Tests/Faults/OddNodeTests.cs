using System.Net;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>Nodes that do not agree: about their settings, or about their secrets.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class OddNodeTests
{
    [Fact]
    public async Task OtherConfigurationOrBuild_IsNotReadyAndClosed_WhileTheOthersGoOn()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var (port, oddPort) = (new HealthPort(), new HealthPort());
        await cluster.SiloAsync("silo", port.Setting);
        var front = await cluster.FrontEndAsync("front");
        cluster.Recorder.Watch(front);
        await ClusterFixture.UntilOpenAsync(front);
        await port.UntilReadyzAsync(HttpStatusCode.OK);
        var other = ("ControlPlane__Policy__Gates__llmConnected__Required", "false");
        var odd = await Task.WhenAll(cluster.FrontEndAsync("odd-settings", other), cluster.FrontEndOfOtherBuildAsync("odd-build"));
        foreach (var (node, what) in odd.Zip(["another configuration", "another version"]))
        {
            await cluster.ClosedWhile($"it has {what}", RefusedAsync, node: node);

            async Task RefusedAsync()
            {
                cluster.Recorder.Watch(node);
                await ClusterFixture.UntilAsync(node, s => s.Body["blockers"]!.ToJsonString().Contains(what, StringComparison.Ordinal), "it says that it was refused");
                Assert.Equal(503, (await node.SendAsync(HttpMethod.Get, "/readyz"))["http_status"]!.GetValue<int>());
                Assert.False((await node.StatusAsync()).Open);
            }
        }

        // A silo without an API says the same on its own port, and lives.
        await cluster.SiloAsync("odd-silo", other, oddPort.Setting);
        await oddPort.UntilReadyzAsync(HttpStatusCode.ServiceUnavailable, "another version or configuration");
        Assert.Equal(HttpStatusCode.OK, (await oddPort.AskAsync("/healthz")).Status);
        Assert.True((await front.StatusAsync()).Open);
        Assert.Equal(200, (await front.SendAsync(HttpMethod.Get, "/readyz"))["http_status"]!.GetValue<int>());
        await port.UntilReadyzAsync(HttpStatusCode.OK);
        await cluster.AssertPromisesAsync(front);
    }

    [Fact]
    public async Task SiloWithoutApi_SaysOnItsHealthPortWhetherItsStoreAnswers()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var port = new HealthPort();
        var silo = await cluster.SiloAsync("silo", port.Setting);
        await port.UntilReadyzAsync(HttpStatusCode.OK);
        Assert.Equal("alive", (await port.AskAsync("/healthz")).Body!["status"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await port.AskAsync("/api/system/status")).Status);
        await cluster.Postgres.KillAsync();

        // Whichever is noticed first: that it does not answer, or that it does not take the gate's row.
        await port.UntilReadyzAsync(HttpStatusCode.ServiceUnavailable, "The store does not");
        Assert.Equal(HttpStatusCode.OK, (await port.AskAsync("/healthz")).Status);
        await cluster.Postgres.StartAgainAsync();
        await port.UntilReadyzAsync(HttpStatusCode.OK);
        Assert.Equal(0, (await silo.TerminateAsync()).ExitCode);
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
