namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>With TLS between the nodes only certificates of the cluster's own authority are let in.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class TlsTests
{
    [Fact]
    public async Task OnlyMembers_ReachTheGate()
    {
        using var ours = new NodeCertificates();
        using var strangers = new NodeCertificates();
        await using var cluster = await ClusterFixture.StartAsync();
        await cluster.SiloAsync("silo", ours.Settings("silo"));
        var member = await cluster.FrontEndAsync("member", ours.Settings("member"));
        await ClusterFixture.UntilOpenAsync(member);

        var plain = await cluster.FrontEndAsync("plain");
        var stranger = await cluster.FrontEndAsync("stranger", strangers.Settings("stranger"));
        foreach (var outside in new[] { plain, stranger })
        {
            // Longer than a start takes; an outsider that got in would be open by then.
            await ClusterFixture.Pass(ClusterFixture.Lease);
            var status = await outside.StatusAsync();
            Assert.Equal((503, 0L), (status.Body["http_status"]!.GetValue<int>(), status.Epoch));
            Assert.Equal("CONTROL_PLANE_UNREACHABLE", status.Body["code"]!.GetValue<string>());
        }

        Assert.True((await member.StatusAsync()).Open);
    }
}
