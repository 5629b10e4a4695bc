using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>Each kill is an order of its own: what becomes of one says nothing about another.</summary>
public sealed class KillIdTests
{
    [Fact]
    public async Task SecondKill_AskedWhileTheFirstOneIsStillKept_EngagesAfterTheRelease()
    {
        await using var cluster = await Open();
        cluster.Storage.FrozenState = "gate-controls";
        var first = Order(null);
        Assert.False((await Engage(cluster, first)).Answer!.Durable);
        cluster.Storage.FrozenState = null;
        await cluster.Until(() => cluster.Node.Read().Snapshot!.Kill.Durable, "written later");
        Assert.True((await cluster.System.Release("done", ControlPlaneCluster.Operator)).Done);

        // The node has not heard of the release yet; its list still holds the first one.
        var second = await Engage(cluster, Order(null));
        Assert.True(second.Answer is { Engaged: true, Superseded: false, Durable: true });
        Assert.Equal(TradingState.Halted, cluster.Node.Check().TradingState);
        Assert.True((await cluster.System.DeliverKill(first)).Superseded);
        await cluster.Advance(3);
        Assert.True(cluster.Node.Read().Snapshot!.Kill.Engaged);
        Assert.Equal([second.Order.Id], cluster.SpoolOf().All.Select(k => k.Order.Id));
    }

    [Fact]
    public async Task SecondKillOfABot_AskedWhileTheFirstOneIsStillKept_EngagesAfterTheRelease()
    {
        await using var cluster = await Open();
        var bot = cluster.Grains.GetGrain<IBotGrain>("b");
        var first = Order("b");
        await Engage(cluster, first);
        Assert.True((await bot.Release("done", ControlPlaneCluster.Operator)).Done);
        var second = await Engage(cluster, Order("b"));
        Assert.True(second.Answer is { Engaged: true, Superseded: false, Durable: true });
        Assert.True((await bot.DeliverKill(first))!.Superseded);
        await cluster.Advance(3);
        Assert.True((await bot.Get())!.Kill.Engaged);
        Assert.Equal([second.Order.Id], cluster.SpoolOf().All.Select(k => k.Order.Id));
        Assert.True((await bot.Release("done", ControlPlaneCluster.Operator)).Done);
        await cluster.Until(() => cluster.SpoolOf().IsEmpty, "the release is heard of", 5);
    }

    [Fact]
    public async Task Kill_HeardFromElsewhere_IsKeptOnThisNodesDiskUntilItsReleaseIsHeard()
    {
        await using var cluster = await Open();
        var kill = cluster.System.Kill("elsewhere", ControlPlaneCluster.Operator);
        await cluster.Until(() => kill.IsCompleted, "answered", 5);
        await cluster.Until(() => cluster.Spool.Kills is [{ Taken: true, Order.Reason: "elsewhere" }], "on disk");
        Assert.True((await cluster.System.Release("done", ControlPlaneCluster.Operator)).Done);
        await cluster.UntilOk();
        await cluster.Until(() => cluster.Spool.Kills.IsEmpty, "let go");
    }

    [Fact]
    public async Task Kill_TheStoreIsPutBackToBeforeIt_IsKept()
    {
        var cluster = await Open();
        var backup = cluster.Storage.Backup();
        Assert.True((await Engage(cluster, Order(null))).Answer!.Durable);
        Assert.True((await Engage(cluster, Order("b"))).Answer!.Durable);
        await cluster.Until(() => cluster.Spool.Kills.Length == 2, "on disk");
        await using var next = await cluster.RestartAsync(c => c.Storage.Restore(backup));
        await next.Until(() => next.Node.Read() is { IsLive: true, Snapshot: { Kill: { Engaged: true, Durable: true }, Gates: var gates } } && gates.All(g => g.Healthy), "the kill is there again");
        Assert.True((await next.Grains.GetGrain<IBotGrain>("b").Get())!.Kill.Engaged);
    }

    [Fact]
    public async Task Spool_Unreadable_CountsAsAnEngagedKill()
    {
        var cluster = await Open();
        await using var next = await cluster.RestartAsync(c => c.Spool.Unreadable = true);
        await next.Until(() => next.Node.Read() is { IsLive: true, Snapshot: { Kill: { Engaged: true, Durable: true }, Gates: var gates } } && gates.All(g => g.Healthy), "engaged");
        Assert.Contains("spool", next.Node.Read().Snapshot!.Kill.Reason, StringComparison.Ordinal);
        Assert.True((await next.System.Release("looked", ControlPlaneCluster.Operator)).Done);
        await next.Until(() => next.Node.Read().Snapshot is { Kill.Engaged: false, Status: SystemStatus.Blocked } system && system.StoreDoubt() is not null, "its release does not vouch for the store");
        var confirming = next.System.ConfirmStore("looked", TimeSpan.FromHours(1), ControlPlaneCluster.Operator);
        await next.Until(() => confirming.IsCompleted, "confirmed", 10);
        Assert.True((await confirming).Done);
        await next.UntilOk();
    }

    [Fact]
    public async Task AskedNode_HoldsItselfBeforeAnybodyElseHasHeard()
    {
        await using var cluster = await Open();
        cluster.SpoolOf().Keep(Order(null));
        Assert.Equal(TradingState.Halted, cluster.Node.Check().TradingState);
        var shown = cluster.Node.Read().Snapshot!;
        Assert.Equal((SystemStatus.Blocked, true, Codes.KillSwitchEngaged), (shown.Status, shown.Kill.Engaged, shown.Blockers[0].Code));

        // Nobody delivered it by hand: the node does so itself.
        await cluster.Until(() => cluster.Spool.Kills is [{ Taken: true }], "delivered", 10);
        await cluster.Until(() => cluster.Stores.Transitions.Any(t => t is { Subject: "kill_switch", To: "engaged" }), "engaged by the gate", 5);
    }

    [Fact]
    public void Register_EachRule()
    {
        var register = new KillRegister();
        var (first, second) = (Order(null), Order(null));
        Assert.True(register.Take(first) && register.Take(second));
        Assert.False(register.Take(first));
        register.Written(register.Row);
        Assert.True(register.Switch.Durable && register.IsDurable(first.Id) && register.IsDurable(second.Id));

        // A write that may undo it is under way.
        register.Unsettle();
        Assert.False(register.IsDurable(first.Id) || register.Switch.Durable);
        var released = register.RowReleased();
        register.Release(released);
        Assert.True(register.IsReleased(first.Id) && register.IsReleased(second.Id) && !register.Switch.Engaged);

        // Whoever finds this release undone comes to the same kill. Once the release is known to be on disk, that kill is released too.
        var again = KillRegister.AgainId(released.Released);
        Assert.Equal(again, KillRegister.Again(null, released.Released, DateTimeOffset.UnixEpoch).Id);
        Assert.DoesNotContain(again, released.Released);
        Assert.True(register.IsReleased(again));
        Assert.NotEqual(again, KillRegister.AgainId(register.Released));

        // Another one is not the ones that were released.
        var third = Order(null);
        Assert.False(register.IsReleased(third.Id));
        Assert.True(register.Take(third) && register.Switch is { Engaged: true, Durable: false });

        // A row from before kills had ids.
        var old = new KillRegister();
        old.Restore(new(new KillSwitch(true, "old", "me", null, true), [first.Id], []));
        Assert.True(old.Switch.Engaged && !old.IsReleased(first.Id));
    }

    private static async Task<ControlPlaneCluster> Open()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        Assert.True((await cluster.Grains.GetGrain<IBotGrain>("b").Register(new("B", null, ["polygon"], null, null), ControlPlaneCluster.Operator)).Done);
        return cluster;
    }

    internal static async Task<DeliveredKill> Engage(ControlPlaneCluster cluster, KillOrder order)
    {
        var delivery = cluster.Kills.EngageAsync(order);
        await cluster.Until(() => delivery.IsCompleted, "the kill answers", 10);
        return await delivery;
    }

    internal static KillOrder Order(string? bot) => new(Guid.NewGuid(), bot, "stop", ControlPlaneCluster.Operator, DateTimeOffset.UnixEpoch);
}
