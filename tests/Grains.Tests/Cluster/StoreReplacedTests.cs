using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A store that is not the one that nodes knew: nothing opens until an operator confirms it, and no number comes again.</summary>
public sealed class StoreReplacedTests
{
    private static readonly TimeSpan s_session = TimeSpan.FromHours(8);

    [Fact]
    public async Task Backup_PutBackUnderARunningGate_BlocksUntilConfirmedAndGoesOnWithoutARestart()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var bot = await BotAsync(cluster);
        var lease = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.True(lease.Granted);
        var backup = cluster.Storage.Backup();
        await cluster.Advance(3);
        var epoch = cluster.Node.Read().Snapshot!.Epoch;

        cluster.Storage.Restore(backup);
        await cluster.Until(() => Codes(cluster).Contains(Abstractions.Codes.StoreReplaced), "STORE_REPLACED within 5 s", 5);
        Assert.Equal(TradingState.Halted, cluster.Node.Check().TradingState);
        Assert.Equal("confirm_store", cluster.Node.Read().Snapshot!.PathToOk[0].Action);
        await cluster.Advance(10);
        Assert.Equal(SystemStatus.Blocked, cluster.Status());

        Assert.True((await cluster.System.ConfirmStore("restored on purpose", s_session, ControlPlaneCluster.Operator)).Done);
        await cluster.UntilOk();
        Assert.True(cluster.Node.Read().Snapshot!.Epoch > epoch);
        Assert.Equal(Abstractions.Codes.LeaseFenced, (await bot.Heartbeat("r1", lease.Epoch, ControlPlaneCluster.Runner)).Code);
        Assert.Contains(cluster.Stores.Audit, e => e.Fact.Action == "store.confirm");
    }

    [Fact]
    public async Task Backup_PutBackBetweenTwoProcesses_StaysInDoubtOverRestarts()
    {
        await using var first = await ControlPlaneCluster.StartAsync();
        first.SetAllKeys();
        await first.UntilOk();
        var backup = first.Storage.Backup();
        var killed = first.System.Kill("after the backup", ControlPlaneCluster.Operator);
        await first.Until(() => killed.IsCompleted, "killed", 10);
        await first.Advance(3);
        first.Storage.Restore(backup);
        await using var second = await first.RestartAsync();
        await second.Until(() => Codes(second).Contains(Abstractions.Codes.StoreReplaced), "STORE_REPLACED", 5);
        await second.Advance(10);
        await using var third = await second.RestartAsync();
        await third.Until(() => Codes(third).Contains(Abstractions.Codes.StoreReplaced), "STORE_REPLACED after another restart", 5);
        Assert.True((await third.System.ConfirmStore("drill", s_session, ControlPlaneCluster.Operator)).Done);
        await third.Until(() => !Codes(third).Contains(Abstractions.Codes.StoreReplaced), "confirmed");
        await using var fourth = await third.RestartAsync();
        await fourth.Until(() => fourth.Node.Read().IsLive, "a gate");
        await fourth.Advance(3);
        Assert.DoesNotContain(Abstractions.Codes.StoreReplaced, Codes(fourth));
    }

    [Fact]
    public async Task Store_Emptied_IsNotAFreshStart()
    {
        await using var first = await ControlPlaneCluster.StartAsync();
        await first.Until(() => first.Node.Read().IsLive, "a gate");
        await first.Advance(2);
        first.Storage.Restore(new Dictionary<string, (string, byte[])>());
        await using var second = await first.RestartAsync();
        await second.Until(() => Codes(second).Contains(Abstractions.Codes.StoreReplaced), "STORE_REPLACED", 5);
    }

    [Fact]
    public async Task Confirmation_ThatCantBeWritten_LeavesTheDoubt()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var backup = cluster.Storage.Backup();
        await cluster.Advance(3);
        cluster.Storage.Restore(backup);
        await cluster.Until(() => Codes(cluster).Contains(Abstractions.Codes.StoreReplaced), "STORE_REPLACED", 5);
        cluster.Storage.Frozen = true;
        Assert.False((await cluster.System.ConfirmStore("drill", s_session, ControlPlaneCluster.Operator)).Done);
        cluster.Storage.Frozen = false;
        await cluster.Advance(5);
        Assert.Equal(SystemStatus.Blocked, cluster.Status());
        Assert.Contains(Abstractions.Codes.StoreReplaced, Codes(cluster));
    }

    [Fact]
    public async Task Confirmation_RaisesGenerationsAndEndsSessions()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        await cluster.Until(() => cluster.Node.Read().IsLive, "a gate");
        var bot = await BotAsync(cluster);
        var generation = (await bot.Get())!.Generation;
        Assert.InRange(generation, 1, (1L << 53) - 1);
        var backup = cluster.Storage.Backup();
        await cluster.Advance(3);
        cluster.Storage.Restore(backup);
        await cluster.Until(() => Codes(cluster).Contains(Abstractions.Codes.StoreReplaced), "STORE_REPLACED", 5);
        var sessions = cluster.Grains.GetGrain<IEndedSessionsGrain>(0);
        var ends = cluster.Clock.GetUtcNow() + s_session;
        Assert.False(await sessions.IsEnded("mine", ends));
        Assert.True((await cluster.System.ConfirmStore("drill", s_session, ControlPlaneCluster.Operator)).Done);
        Assert.True(await sessions.IsEnded("mine", ends));
        Assert.False(await sessions.IsEnded("later", ends + TimeSpan.FromMinutes(1)));
        await cluster.Until(async () => (await bot.Get())!.Generation > generation, "a larger generation", 5);
    }

    [Fact]
    public async Task Confirmation_OfWhichANodeHasNotHeardYet_IsNotTakenBackByWhatItTells()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var backup = cluster.Storage.Backup();
        await cluster.Advance(3);
        var epoch = cluster.Node.Read().Snapshot!.Epoch;
        cluster.Storage.Restore(backup);
        await cluster.Until(() => Codes(cluster).Contains(Abstractions.Codes.StoreReplaced), "STORE_REPLACED", 5);
        Assert.True((await cluster.System.ConfirmStore("drill", s_session, ControlPlaneCluster.Operator)).Done);
        var late = new GateFollowRequest("late", default, 0, cluster.Agreement.Text) { Store = new StoreKnowledge(0, epoch, "what was known before") };
        Assert.DoesNotContain((await cluster.System.WaitForChange(late)).System!.Blockers, b => b.Code == Abstractions.Codes.StoreReplaced);
        await cluster.UntilOk();

        // A lease later it has heard of it, and means what it says.
        await cluster.Advance(4);
        Assert.Contains((await cluster.System.WaitForChange(late)).System!.Blockers, b => b.Code == Abstractions.Codes.StoreReplaced);
    }

    [Fact]
    public async Task Restart_OfASoundStore_RaisesNoDoubt()
    {
        await using var first = await ControlPlaneCluster.StartAsync();
        first.SetAllKeys();
        await first.UntilOk();
        await using var second = await first.RestartAsync();
        await second.UntilOk();
    }

    private static string[] Codes(ControlPlaneCluster cluster) =>
        cluster.Node.Read() is { IsLive: true, Snapshot: { } snapshot } ? [.. snapshot.Blockers.Select(b => b.Code)] : [];

    private static async Task<IBotGrain> BotAsync(ControlPlaneCluster cluster)
    {
        var bot = cluster.Grains.GetGrain<IBotGrain>("b1");
        await bot.Register(new BotRegistration("b1", "u1", ["polygon"], TradingMode.Paper, null), ControlPlaneCluster.Operator);
        return bot;
    }
}
