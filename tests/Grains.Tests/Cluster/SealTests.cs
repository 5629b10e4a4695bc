using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Audit;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Grains.Storage.Seals;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>Somebody with the database's rights and without the installation's key: nothing opens, it is named, and an operator's confirmation goes on.</summary>
public sealed class SealTests
{
    private static readonly TimeSpan s_session = TimeSpan.FromHours(8);
    private static readonly ControlPlaneKeys s_otherKeys = new(new Secret("another-root-secret-of-the-tests-9876543210"));

    [Fact]
    public async Task KillSwitch_OlderRowUnderALaterVersion_StaysEngagedAndIsNamed()
    {
        await using var first = await KilledAsync();
        var (key, released) = (first.Storage.KeyOf("gate-controls"), first.Released);
        first.Cluster.Storage.Tamper(key, InMemoryGrainStorage.Next(first.Storage.Row(key).ETag), released.Bytes);
        await using var second = await first.Cluster.RestartAsync();
        await AssertKilledAndNamedAsync(second, "gate-controls");
    }

    [Fact]
    public async Task KillSwitch_OlderRowWithItsOwnVersion_StaysEngagedAndIsNamed()
    {
        await using var first = await KilledAsync();
        var key = first.Storage.KeyOf("gate-controls");
        first.Cluster.Storage.Tamper(key, first.Released.ETag, first.Released.Bytes);
        await using var second = await first.Cluster.RestartAsync();
        await AssertKilledAndNamedAsync(second, "put back");
    }

    [Fact]
    public async Task KillSwitch_EditedUnderTheRunningGate_IsNamedWithinFiveSeconds()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        await KillAsync(cluster);
        await cluster.Advance(2);
        Edit<GateControlsState>(cluster, "gate-controls", s => s.Kill = KillSwitch.Released);
        await cluster.Until(() => Evidence(cluster)?.Contains("gate-controls", StringComparison.Ordinal) == true, "named", 5);
        Assert.True(cluster.Node.Read().Snapshot!.Kill.Engaged);
    }

    [Fact]
    public async Task GateRow_Forged_GivesOutNoEpochTwiceAndBlocks()
    {
        await using var first = await ControlPlaneCluster.StartAsync();
        first.SetAllKeys();
        await first.UntilOk();
        var epoch = first.Node.Read().Snapshot!.Epoch;
        Edit<GateLeaseState>(first, "gate-lease", s => (s.Epoch, s.Confirmed, s.Mark) = (1, long.MaxValue >> 11, long.MaxValue >> 11));
        await using var second = await first.RestartAsync();
        await second.Until(() => Evidence(second)?.Contains("gate-lease", StringComparison.Ordinal) == true, "named", 5);
        Assert.InRange(second.Node.Read().Snapshot!.Epoch, epoch + 1, epoch + 1_000_000_000);
        await second.Advance(10);
        Assert.Equal(SystemStatus.Blocked, second.Status());
        Assert.True((await second.System.ConfirmStore("drill", s_session, ControlPlaneCluster.Operator)).Done);
        await second.UntilOk();
    }

    [Theory]
    [InlineData("limits")]
    [InlineData("kill")]
    [InlineData("other bot's row")]
    public async Task Bot_RowOfSomebodyElse_StartsNothingAndIsKilledByTheConfirmation(string what)
    {
        await using var first = await ControlPlaneCluster.StartAsync();
        first.SetAllKeys();
        await first.UntilOk();
        var bot = await BotAsync(first, "b1");
        await BotAsync(first, "b2");
        if (what == "kill") await Done(first, bot.Kill("drill", ControlPlaneCluster.Operator));
        var key = first.Storage.Backup().Keys.Single(k => k.EndsWith("/b1", StringComparison.Ordinal));
        var row = first.Storage.Row(key);
        if (what == "other bot's row")
        {
            first.Storage.Tamper(key, row.ETag, first.Storage.Row(key[..^1] + "2").Bytes);
        }
        else
        {
            Edit<BotState>(first, key, s => (s.Kill, s.Tier, s.Spec) = (KillSwitch.Released, AutonomyTier.Autonomous, s.Spec! with { RiskLimits = s.Spec.RiskLimits.Remove("max_order_quantity") }));
        }

        await using var second = await first.RestartAsync();
        await second.Until(() => Evidence(second)?.Contains("b1", StringComparison.Ordinal) == true, "named", 5);
        var forged = second.Grains.GetGrain<IBotGrain>("b1");
        await Assert.ThrowsAnyAsync<Exception>(() => forged.Start(new RunnerStart("r1", null), ControlPlaneCluster.Runner));
        await second.Advance(10);
        Assert.Equal(SystemStatus.Blocked, second.Status());

        Assert.True((await second.System.ConfirmStore("drill", s_session, ControlPlaneCluster.Operator)).Done);
        await second.UntilOk();
        var view = await second.Grains.GetGrain<IBotGrain>("b1").Get();
        Assert.Equal((true, AutonomyTier.Observe), (view!.Kill.Engaged, view.Tier));
        Assert.False((await second.Grains.GetGrain<IBotGrain>("b2").Get())!.Kill.Engaged);
        await second.Advance(6);
        Assert.Equal(SystemStatus.Ok, second.Status());
    }

    [Fact]
    public async Task Key_Changed_BlocksSaysSoAndGoesOnAfterTheConfirmation()
    {
        await using var first = await ControlPlaneCluster.StartAsync();
        first.SetAllKeys();
        await first.UntilOk();
        await BotAsync(first, "b1");
        await using var second = await first.RestartAsync(c => c.ProcessKeys = s_otherKeys);
        await second.Until(() => Evidence(second)?.Contains("another key", StringComparison.Ordinal) == true, "named", 5);
        await second.Advance(10);
        Assert.Equal(SystemStatus.Blocked, second.Status());

        Assert.True((await second.System.ConfirmStore("a new token", s_session, Operator(s_otherKeys))).Done);
        await second.UntilOk();
        Assert.False((await second.Grains.GetGrain<IBotGrain>("b1").Get())!.Kill.Engaged);
        await second.Until(() => second.Stores.Audit.Any(e => e.Fact.Action == "store.key"), "an entry", 5);
        var check = await second.Grains.GetGrain<IAuditGrain>(0).Check();
        Assert.True(check.Intact, check.Problem);
        await using var third = await second.RestartAsync(c => c.ProcessKeys = s_otherKeys);
        await third.UntilOk();
    }

    [Fact]
    public async Task Key_ChangedUnderAnEngagedKill_KeepsIt()
    {
        await using var first = await KilledAsync();
        await using var second = await first.Cluster.RestartAsync(c => c.ProcessKeys = s_otherKeys);
        await second.Until(() => Evidence(second)?.Contains("another key", StringComparison.Ordinal) == true, "named", 5);
        Assert.True((await second.System.ConfirmStore("a new token", s_session, Operator(s_otherKeys))).Done);
        await second.Until(() => Evidence(second) is null, "confirmed");
        Assert.Equal("drill", second.Node.Read().Snapshot!.Kill.Reason);
    }

    [Fact]
    public async Task Store_FromBeforeThereWereMacs_IsSignedOnceAsItIs()
    {
        await using var first = await KilledAsync();
        first.Storage.Unsign();
        for (var i = 0; i < first.Cluster.Stores.Audit.Count; i++) first.Cluster.Stores.Audit[i] = first.Cluster.Stores.Audit[i] with { Mac = null };
        var before = first.Cluster.Stores.Audit.Count;
        await using var second = await first.Cluster.RestartAsync();
        await second.Until(() => second.Node.Read().IsLive, "a gate");
        await second.Advance(6);
        Assert.Null(Evidence(second));
        Assert.Equal("drill", second.Node.Read().Snapshot!.Kill.Reason);
        Assert.All(second.Storage.Backup(), r => Assert.True(StoreMacs.IsSealed(r.Value.Bytes), r.Key));
        Assert.Contains(second.Stores.Audit, e => e.Fact.Action == "store.signed" && e.Mac is not null);
        var check = await second.Grains.GetGrain<IAuditGrain>(0).Check();
        Assert.Equal((true, before + 1L), (check.Intact, check.SignedFrom));

        // Once: a row without a MAC is not signed again.
        var key = second.Storage.KeyOf("gate-controls");
        var row = second.Storage.Row(key);
        second.Storage.Tamper(key, InMemoryGrainStorage.Next(row.ETag), StoreMacs.StateOf(row.Bytes).ToArray());
        await using var third = await second.RestartAsync();
        await AssertKilledAndNamedAsync(third, "gate-controls");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public async Task Audit_EntryOfSomebodyElse_IsNamedForGoodAndBlocksUntilConfirmed(long behind)
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var audit = cluster.Grains.GetGrain<IAuditGrain>(0);
        var last = await audit.Append(Fact(cluster, "bot.register"));
        await cluster.Advance(3);
        cluster.Stores.Audit.Add(Entry(last.Sequence + behind, Fact(cluster, "kill.release"), last.Hash, last.Mac));
        await cluster.Until(() => Evidence(cluster)?.Contains($"{last.Sequence + behind}", StringComparison.Ordinal) == true, "named", 5);
        var check = await audit.Check();
        Assert.Equal((false, last.Sequence + 1), (check.Intact, check.FirstBroken));

        Assert.True((await cluster.System.ConfirmStore("drill", s_session, ControlPlaneCluster.Operator)).Done, "confirmed");
        await cluster.UntilOk();
        await cluster.Advance(10);
        Assert.Equal(SystemStatus.Ok, cluster.Status());
        Assert.Contains(cluster.Stores.Audit, e => e.Fact.Action == "store.confirm" && e.Sequence <= last.Sequence + 3);
        Assert.False((await audit.Check()).Intact);
        await using var second = await cluster.RestartAsync();
        await second.UntilOk();
        await second.Advance(10);
        Assert.Equal(SystemStatus.Ok, second.Status());
    }

    [Fact]
    public async Task Audit_EntryWithTheMacOfAnother_DoesNotVerify()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var audit = cluster.Grains.GetGrain<IAuditGrain>(0);
        var first = await audit.Append(Fact(cluster, "bot.register"));
        var rule = new AuditRule(0, [], new(ControlPlaneCluster.Keys));
        Assert.True(rule.Accepts(first));
        Assert.False(rule.Accepts(first with { Fact = first.Fact with { Action = "kill.release" } }));
        Assert.False(rule.Accepts(first with { Mac = null }));
        Assert.False(rule.Accepts(Entry(2, Fact(cluster, "kill.release"), first.Hash, first.Mac)));
    }

    private sealed class Killed(ControlPlaneCluster cluster, (string ETag, byte[] Bytes) released) : IAsyncDisposable
    {
        public ControlPlaneCluster Cluster => cluster;

        public InMemoryGrainStorage Storage => cluster.Storage;

        /// <summary>The row of the kill switch from before the kill.</summary>
        public (string ETag, byte[] Bytes) Released => released;

        public ValueTask DisposeAsync() => cluster.DisposeAsync();
    }

    private static async Task<Killed> KilledAsync()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        await KillAsync(cluster);
        Assert.True((await cluster.System.Release("drill", ControlPlaneCluster.Operator)).Done);
        var released = cluster.Storage.Row(cluster.Storage.KeyOf("gate-controls"));
        await KillAsync(cluster);
        await cluster.Advance(3);
        return new(cluster, released);
    }

    private static async Task KillAsync(ControlPlaneCluster cluster) => Assert.True((await Done(cluster, cluster.System.Kill("drill", ControlPlaneCluster.Operator))).Durable);

    private static async Task<T> Done<T>(ControlPlaneCluster cluster, Task<T> task)
    {
        await cluster.Until(() => task.IsCompleted, "answered", 10);
        return await task;
    }

    private static async Task AssertKilledAndNamedAsync(ControlPlaneCluster cluster, string named)
    {
        await cluster.Until(() => cluster.Node.Read().IsLive && Evidence(cluster)?.Contains(named, StringComparison.Ordinal) == true, "named", 5);
        Assert.True(cluster.Node.Read().Snapshot!.Kill.Engaged);
        Assert.True((await cluster.System.ConfirmStore("drill", s_session, ControlPlaneCluster.Operator)).Done);
        await cluster.Until(() => Evidence(cluster) is null, "confirmed");
        await cluster.Advance(6);
        Assert.True(cluster.Node.Read().Snapshot!.Kill.Engaged);
        Assert.Equal(SystemStatus.Blocked, cluster.Status());
        Assert.Null(Evidence(cluster));
        Assert.True((await cluster.System.Release("looked at it", ControlPlaneCluster.Operator)).Done);
        cluster.SetAllKeys();
        await cluster.UntilOk();
    }

    private static async Task<IBotGrain> BotAsync(ControlPlaneCluster cluster, string id)
    {
        var bot = cluster.Grains.GetGrain<IBotGrain>(id);
        var limits = ImmutableSortedDictionary<string, decimal>.Empty.Add("max_order_quantity", 1);
        var answer = await bot.Register(new BotRegistration("A bot", null, [], TradingMode.Paper, limits), ControlPlaneCluster.Operator);
        Assert.True(answer.Code is null, answer.Message);
        return bot;
    }

    /// <summary>Changes a row as the database's own rights can: its state, its version and whatever else, without the key.</summary>
    private static void Edit<T>(ControlPlaneCluster cluster, string state, Action<T> change)
    {
        var key = state.Contains('/', StringComparison.Ordinal) ? state : cluster.Storage.KeyOf(state);
        var row = cluster.Storage.Row(key);
        var edited = cluster.Storage.Serializer!.Deserialize<T>(StoreMacs.StateOf(row.Bytes));
        change(edited!);
        byte[] header = [.. row.Bytes.Take(row.Bytes.Length - StoreMacs.StateOf(row.Bytes).Length)];
        cluster.Storage.Tamper(key, InMemoryGrainStorage.Next(row.ETag), [.. header, .. cluster.Storage.Serializer.SerializeToArray(edited)]);
    }

    private static Caller Operator(ControlPlaneKeys keys) => new CallerSignatures(keys, TimeProvider.System)
        .Sign(new("operator", "operator", "0af7651916cd43dd8448eb211c80319c"), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static AuditFact Fact(ControlPlaneCluster cluster, string action) =>
        new(cluster.Clock.GetUtcNow(), ControlPlaneCluster.Operator.WithoutSignature(), action, "system", "done", ImmutableSortedDictionary<string, string>.Empty);

    private static AuditEntry Entry(long sequence, AuditFact fact, string previous, string? mac) =>
        new(sequence, fact, previous, AuditHash.Compute(sequence, fact, previous)) { Mac = mac };

    private static string? Evidence(ControlPlaneCluster cluster) =>
        cluster.Node.Read().Snapshot?.Blockers.FirstOrDefault(b => b.Code == Abstractions.Codes.StoreReplaced)?.Message;
}
