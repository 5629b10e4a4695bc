using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A bot's row says what its runner must do, and whether the runner has heard it.</summary>
public sealed class BotDirectiveTests
{
    private static readonly BotRegistration s_polygonOnly = new("Momentum", "u1", ["polygon"], null, null);

    [Fact]
    public async Task Kill_IsToldAsHalt_AndAsHeardOnceAHeartbeatHasBroughtIt()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        Assert.True((await bot.Register(s_polygonOnly, ControlPlaneCluster.Operator)).Done);
        Assert.Equal((null, null), await BothAsync(cluster, bot));

        var lease = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.Equal((Directive.Continue, null), await BothAsync(cluster, bot));
        await bot.Heartbeat("r1", lease.Epoch, ControlPlaneCluster.Runner);
        Assert.Equal((Directive.Continue, Directive.Continue), await BothAsync(cluster, bot));

        var kill = bot.Kill("Too fast.", ControlPlaneCluster.Operator);
        await cluster.Until(() => kill.IsCompleted, "the kill answers");
        Assert.Equal((Directive.Halt, Directive.Continue), await BothAsync(cluster, bot));
        Assert.Equal(Directive.Halt, (await bot.Heartbeat("r1", lease.Epoch, ControlPlaneCluster.Runner)).Directive);
        Assert.Equal((Directive.Halt, Directive.Halt), await BothAsync(cluster, bot));
        await bot.Stop("r1", lease.Epoch, ControlPlaneCluster.Runner);
        Assert.Equal((null, null), await BothAsync(cluster, bot));
    }

    [Fact]
    public async Task Release_IsRecordedWithItsReason()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        await cluster.Until(() => cluster.Node.Read().IsLive, "the gate answers");
        var kill = cluster.System.Kill("Too fast.", ControlPlaneCluster.Operator);
        await cluster.Until(() => kill.IsCompleted, "the kill answers");
        var answer = await cluster.Grains.GetGrain<ISystemAdminGrain>(0).Release("Looked at it.", ControlPlaneCluster.Operator);
        Assert.True(answer.Done, answer.Message);
        await cluster.Until(() => cluster.Stores.Transitions.Any(t => t is { Subject: "kill_switch", To: "released", Message: "Looked at it." }), "the release is recorded");
    }

    /// <summary>The bot itself and its row in the directory say the same.</summary>
    private static async Task<(Directive? Must, Directive? Heard)> BothAsync(ControlPlaneCluster cluster, IBotGrain bot)
    {
        var own = (await bot.Get())!.Runner;
        var row = (await cluster.Grains.GetGrain<IBotDirectoryGrain>(BotDirectoryGrain.ShardOf("momentum")).List()).Single().Runner;
        Assert.Equal((own.Directive, own.Heard), (row.Directive, row.Heard));
        return (own.Directive, own.Heard);
    }
}
