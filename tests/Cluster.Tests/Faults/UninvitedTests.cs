using System.Diagnostics;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>An Orleans program that nobody invited reaches no grain, whatever ports it finds: it has no key of the cluster.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class UninvitedTests
{
    private const string Refused = "did not prove the cluster key";

    [Fact]
    public async Task ForeignProgram_AtTheEmbeddedSilo_ChangesNothing()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var port = ClusterFixture.FreePort();
        var node = await cluster.AllInOneAsync("alone", ("ConnectionStrings__ControlPlane", ""), ("ControlPlane__Silo__Port", $"{port}"));
        await ClusterFixture.UntilOpenAsync(node);

        Assert.All(await Task.WhenAll(ForeignAsync("silo", port, "plain"), ForeignAsync("silo", port, "tls")), said => Assert.StartsWith("REFUSED", said, StringComparison.Ordinal));

        Assert.True((await node.StatusAsync()).Open);
        Assert.False(await KilledAsync(node));
        Assert.NotEmpty(node.LastLine(Refused));
        Assert.True(await RefusedConnectionsAsync(node) >= 2);
    }

    [Fact]
    public async Task ForeignProgram_AtACluster_ChangesNothing()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var (port, gateway) = (ClusterFixture.FreePort(), ClusterFixture.FreePort());
        var silo = await cluster.SiloAsync("silo", ("ControlPlane__Silo__Port", $"{port}"), ("ControlPlane__Silo__GatewayPort", $"{gateway}"));
        var front = await cluster.FrontEndAsync("front");
        await ClusterFixture.UntilOpenAsync(front);

        var said = await Task.WhenAll(
            ForeignAsync("silo", port, "plain"), ForeignAsync("client", gateway, "plain"), ForeignAsync("silo", port, "tls"), ForeignAsync("client", gateway, "tls"));
        Assert.All(said, one => Assert.StartsWith("REFUSED", one, StringComparison.Ordinal));

        Assert.True((await front.StatusAsync()).Open);
        Assert.False(await KilledAsync(front));
        Assert.NotEmpty(silo.LastLine(Refused));
    }

    [Fact]
    public async Task NodesWithAnotherKey_StayOut()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        (string, string) key = ("CONTROLPLANE_CLUSTER_KEY", "cluster-key-of-the-cluster-tests");
        (string, string) other = ("CONTROLPLANE_CLUSTER_KEY", "cluster-key-of-someone-else-here");
        var silo = await cluster.SiloAsync("silo", key);
        var member = await cluster.FrontEndAsync("member", key);
        await ClusterFixture.UntilOpenAsync(member);

        var stranger = await cluster.FrontEndAsync("stranger", other);
        await ClusterFixture.Pass(ClusterFixture.Lease);

        Assert.True(stranger.Runs, stranger.Output);
        var status = await stranger.StatusAsync();
        Assert.Equal((503, 0L), (status.Body["http_status"]!.GetValue<int>(), status.Epoch));
        Assert.True((await member.StatusAsync()).Open);
        Assert.NotEmpty(silo.LastLine(Refused));
    }

    /// <summary>What the program printed in the end.</summary>
    private static async Task<string> ForeignAsync(string way, int port, string layer)
    {
        var info = new ProcessStartInfo("dotnet", [Path.Combine(NodeProcess.Built(Path.Combine("tests", "ForeignChild")), "ForeignChild.dll"), way, $"{port}", layer]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(info)!;
        var printed = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);
        return (await printed).Trim() + (process.ExitCode is 0 or 3 ? "" : await errors);
    }

    private static async Task<bool> KilledAsync(NodeProcess node) => (await node.StatusAsync()).Body["kill_switch"]!["engaged"]!.GetValue<bool>();

    private static async Task<double> RefusedConnectionsAsync(NodeProcess node)
    {
        const string name = "controlplane_cluster_refused_connections";
        var metrics = await node.TextAsync("/metrics");
        var line = metrics.Split('\n').FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        Assert.True(line is not null, "The metric is missing.");
        return double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
