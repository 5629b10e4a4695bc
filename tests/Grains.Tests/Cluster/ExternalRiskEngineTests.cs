using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class ExternalRiskEngineTests
{
    [Fact]
    public async Task Gate_RestsOnTheHeartbeatsOfTheExternalEngine_AndOnNothingElse()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Policy = new() { ExternalRiskEngine = true });
        cluster.SetAllKeys();
        await cluster.Advance(6);
        Assert.Equal((SystemStatus.Blocked, GateStatus.Unknown), (cluster.Status(), Gate(cluster)));

        // The built-in one does not stand in for it, nor does a report that says it is not the external one.
        Assert.False((await cluster.System.ReportProgress(Beat(99) with { External = false })).Counted);
        var sequence = 0L;
        await cluster.Until(
            async () =>
            {
                await cluster.System.ReportProgress(Beat(++sequence));
                return cluster.Status() == SystemStatus.Ok;
            },
            "open while it reports");
        Assert.False((await cluster.System.ReportProgress(Beat(sequence))).Counted);
        await cluster.Advance(5.5);
        Assert.NotEqual(GateStatus.True, Gate(cluster));
        Assert.Equal(SystemStatus.Blocked, cluster.Status());
        Assert.Contains(cluster.Node.Read().Snapshot!.Blockers, b => b.Code == Codes.RiskEngineDisconnected);
    }

    [Fact]
    public async Task Gate_ClosesAtOnce_WhenTheEngineSaysThatItFails()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Policy = new() { ExternalRiskEngine = true });
        cluster.SetAllKeys();
        var sequence = 0L;
        await cluster.Until(
            async () =>
            {
                await cluster.System.ReportProgress(Beat(++sequence));
                return cluster.Status() == SystemStatus.Ok;
            },
            "open while it reports");
        await cluster.System.ReportProgress(Beat(++sequence) with { Healthy = false });
        await cluster.UntilBlocked(1);
    }

    /// <summary>Seen before: 57 of 57 samples of the supervisor's gate were what any runner had said.</summary>
    [Fact]
    public async Task Gate_SupervisorAndTimeoutWorker_AreNotHeardFromOutside()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Policy = new() { ExternalRiskEngine = true });
        foreach (var component in new[] { ComponentNames.Supervisor, ComponentNames.TimeoutWorker })
        {
            foreach (var healthy in new[] { true, false })
                Assert.False((await cluster.System.ReportProgress(Beat(1) with { Component = component, Healthy = healthy })).Counted);
        }

        Assert.True((await cluster.System.ReportProgress(Beat(1))).Counted);
        Assert.False((await cluster.System.ReportProgress(Beat(long.MaxValue))).Counted);
        Assert.False((await cluster.System.ReportProgress(Beat(2) with { Instance = "impostor" })).Counted);
        Assert.True((await cluster.System.ReportProgress(Beat(2))).Counted);
    }

    private static GateStatus Gate(ControlPlaneCluster cluster) => cluster.Node.Read().Snapshot!.Gates.Single(g => g.Gate == GateNames.RiskEngine).Status;

    private static ComponentProgress Beat(long sequence) => new(ComponentNames.RiskEngine, "engine-1", sequence, true, "ok", External: true);
}
