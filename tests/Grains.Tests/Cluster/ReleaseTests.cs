using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A release is done or undone: never half, whatever becomes of its write.</summary>
public sealed class ReleaseTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("b")]
    public async Task Release_ItsAnswerIsLostAndTheSiloDies_NothingOpens(string? bot)
    {
        var cluster = await Killed(bot);
        cluster.Storage.Fault = new(StateOf(bot)) { LosesAnswers = true };
        var (done, code) = await Release(cluster, bot);
        Assert.Equal((false, Codes.DataUnavailable), (done, code));

        // The row says released, and the silo dies before it can write again.
        cluster.Storage.Fault = null;
        cluster.Storage.Frozen = true;
        await using var next = await cluster.RestartAsync(c => c.Storage.Frozen = false);
        await UntilKilledAndHealthy(next, bot);
        Assert.False((await next.Grains.GetGrain<IBotGrain>("b").Start("r", null, ControlPlaneCluster.Runner)).Granted);
        Assert.Equal((true, null), await Release(next, bot));
        await next.UntilOk();
        await next.Until(() => next.Spool.Kills.IsEmpty, "let go");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("b")]
    public async Task Release_IsOnDiskAndTheSiloDiesBeforeItKnows_NothingOpens_AndOnceItKnowsTheReleaseStays(string? bot)
    {
        var cluster = await Killed(bot);
        var fault = cluster.Storage.Fault = new(StateOf(bot)) { HangsAfter = true };
        _ = Release(cluster, bot).ContinueWith(static t => t.Exception, TaskScheduler.Default);
        await fault.Done;
        var next = await cluster.RestartAsync(c => c.Storage.Fault = null);
        await UntilKilledAndHealthy(next, bot, durable: true);
        await next.Advance(2);
        await UntilKilledAndHealthy(next, bot, durable: true);
        Assert.Equal((true, null), await Release(next, bot));
        await next.UntilOk();
        await using var last = await next.RestartAsync();
        await last.UntilOk();
        Assert.False((await last.Grains.GetGrain<IBotGrain>("b").Get())!.Kill.Engaged);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("b")]
    public async Task Release_ItsAnswerIsLost_IsAKillAgainDurably(string? bot)
    {
        await using var cluster = await Killed(bot);
        cluster.Storage.Fault = new(StateOf(bot)) { LosesAnswers = true };
        var releasing = Release(cluster, bot);
        await cluster.Storage.Fault.Came;
        cluster.Storage.Fault = null;
        Assert.Equal((false, Codes.DataUnavailable), await releasing);
        await UntilKilledAndHealthy(cluster, bot, durable: true);
        Assert.Equal((true, null), await Release(cluster, bot));
        await cluster.UntilOk();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("b")]
    public async Task Release_ItsWriteHangs_IsAnsweredAsAKill_AndItsLateEndOpensNothing(string? bot)
    {
        await using var cluster = await Killed(bot);
        var fault = cluster.Storage.Fault = new(StateOf(bot)) { Waits = true };
        var releasing = Release(cluster, bot);
        await cluster.Until(() => releasing.IsCompleted, "answered within its time", 10);
        Assert.Equal((false, Codes.DataUnavailable), await releasing);
        cluster.Storage.Fault = null;
        fault.Go();
        await UntilKilledAndHealthy(cluster, bot, durable: true);
        await cluster.Advance(3);
        await UntilKilledAndHealthy(cluster, bot, durable: true);
        Assert.Equal((true, null), await Release(cluster, bot));
        await cluster.UntilOk();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("b")]
    public async Task Kill_WhileAReleaseIsBeingWritten_IsNotDurableBeforeItsOwnWrite_AndOutlivesTheSilo(string? bot)
    {
        var cluster = await Killed(bot);
        var fault = cluster.Storage.Fault = new(StateOf(bot)) { Waits = true };
        var releasing = Release(cluster, bot);
        await fault.Came;
        var second = await KillIdTests.Engage(cluster, KillIdTests.Order(bot));
        Assert.True(second.Answer is { Engaged: true, Durable: false });

        // The release is on disk, and the silo dies before the second kill is.
        cluster.Storage.Frozen = true;
        fault.Go();
        Assert.False((await releasing).Done);
        cluster.Storage.Fault = null;
        await using var next = await cluster.RestartAsync(c => c.Storage.Frozen = false);
        await UntilKilledAndHealthy(next, bot, durable: true);
    }

    /// <summary>Seen: a node that had heard of the undone release from the silo that died delivered it after the next release, and undid that one too.</summary>
    [Theory]
    [InlineData(null, true)]
    [InlineData(null, false)]
    [InlineData("b", true)]
    [InlineData("b", false)]
    public async Task Release_AfterAnUndoneOne_Stays_WhenANodeTellsOfTheUndoneOneLate(string? bot, bool undoneIsOnDisk)
    {
        var cluster = await Killed(bot);
        var first = cluster.Spool.Kills[0].Order.Id;
        var fault = cluster.Storage.Fault = new(StateOf(bot)) { HangsAfter = undoneIsOnDisk, Waits = !undoneIsOnDisk };
        var undone = Release(cluster, bot);
        await (undoneIsOnDisk ? fault.Done : fault.Came);
        await cluster.Until(() => undone.IsCompleted, "the release is given up", 60);
        Assert.Equal((false, Codes.DataUnavailable), await undone);
        await cluster.Until(() => cluster.Spool.Kills.Any(k => k.Order.Id != first), "the node has heard of it");
        var late = cluster.Spool.Kills.Single(k => k.Order.Id != first).Order;
        await using var next = await cluster.RestartAsync(c => (c.Storage.Fault, c.Spool.Kills) = (null, []));
        await UntilKilledAndHealthy(next, bot, durable: true);
        Assert.Equal((true, null), await Release(next, bot));
        next.SpoolOf().Keep(late);
        await next.Until(() => !next.SpoolOf().Holds(late.Id), "it counts as released");
        await next.UntilOk();
        Assert.False(next.Node.Read().Snapshot!.Kill.Engaged || (await next.Grains.GetGrain<IBotGrain>("b").Get())!.Kill.Engaged);
    }

    [Fact]
    public async Task Release_LateWriteOfADeadGate_IsRefusedByTheRow()
    {
        var cluster = await Killed(null);
        var fault = cluster.Storage.Fault = new("gate-controls") { Waits = true };
        _ = Release(cluster, null).ContinueWith(static t => t.Exception, TaskScheduler.Default);
        await fault.Came;
        cluster.Storage.Fault = null;
        var next = await cluster.RestartAsync();
        await UntilKilledAndHealthy(next, null, durable: true);

        // The dead gate's write arrives only now. The gate after it has to find the kill in the row.
        fault.Go();
        await next.Advance(2);
        next.Spool.Kills = [];
        await using var last = await next.RestartAsync(c => c.Spool.Kills = []);
        await UntilKilledAndHealthy(last, null, durable: true);
    }

    private static string StateOf(string? bot) => bot is null ? "gate-controls" : StateNames.Bot;

    private static async Task<(bool Done, string? Code)> Release(ControlPlaneCluster cluster, string? bot)
    {
        if (bot is null)
        {
            var answer = await cluster.System.Release("done", ControlPlaneCluster.Operator);
            return (answer.Done, answer.Code);
        }

        var released = await cluster.Grains.GetGrain<IBotGrain>(bot).Release("done", ControlPlaneCluster.Operator);
        return (released.Done, released.Code);
    }

    private static Task UntilKilledAndHealthy(ControlPlaneCluster cluster, string? bot, bool durable = false) => cluster.Until(
        async () =>
        {
            if (cluster.Node.Read() is not { IsLive: true, Snapshot: { } system } || !system.Gates.All(g => g.Healthy)) return false;
            var kill = bot is null ? system.Kill : (await cluster.Grains.GetGrain<IBotGrain>(bot).Get())!.Kill;
            return kill.Engaged && (kill.Durable || !durable);
        },
        "every gate holds, and the kill too");

    private static async Task<ControlPlaneCluster> Killed(string? bot)
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        Assert.True((await cluster.Grains.GetGrain<IBotGrain>("b").Register(new("B", null, ["polygon"], null, null), ControlPlaneCluster.Operator)).Done);
        Assert.True((await KillIdTests.Engage(cluster, KillIdTests.Order(bot))).Answer is { Durable: true });
        await cluster.Until(() => cluster.Spool.Kills.Length == 1, "on disk");
        return cluster;
    }
}
