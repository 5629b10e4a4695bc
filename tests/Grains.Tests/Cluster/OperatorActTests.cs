using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>Operator acts as a program asks for them that reached the grains some other way than through the API.</summary>
public sealed class OperatorActTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319e";

    public static TheoryData<string> Forgeries => ["unsigned", "other key", "expired", "role changed", "name changed", "expiry changed"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task ActThatLoosens_ForgedOperator_IsRefusedNamedAndChangesNothing(string kind)
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var forged = Forge(kind, cluster);
        var bot = cluster.Grains.GetGrain<IBotGrain>("b1");
        Assert.True((await bot.Register(new("B", null, [], null, Limits(100)), ControlPlaneCluster.Runner)).Done);
        await Answered(cluster, bot.Kill("stop", ControlPlaneCluster.Runner));
        await Answered(cluster, cluster.System.Kill("stop", ControlPlaneCluster.Runner));
        cluster.Stores.Audit.Clear();

        Assert.Equal(Codes.Forbidden, (await cluster.System.Release("let go", forged)).Code);
        Assert.Equal(Codes.Forbidden, (await cluster.System.ArmLive(TimeSpan.FromMinutes(1), "arm", forged)).Code);
        Assert.Equal(Codes.Forbidden, (await cluster.System.ConfirmStore("go on", TimeSpan.FromHours(1), forged)).Code);
        Assert.Equal(Codes.Forbidden, (await bot.Release("let go", forged)).Code);
        Assert.Equal(Codes.Forbidden, (await bot.ArmLive(TimeSpan.FromMinutes(1), "arm", forged)).Code);
        Assert.Equal(Codes.Forbidden, (await bot.Promote("up", forged)).Code);
        Assert.Equal(Codes.Forbidden, (await bot.Register(new("B", null, [], TradingMode.Live, null), forged)).Code);
        Assert.Equal(Codes.Forbidden, (await bot.Register(new("B", null, [], null, Limits(1_000_000_000)), forged)).Code);

        var view = await bot.Get();
        Assert.True(view!.Kill.Engaged);
        Assert.Equal((TradingMode.Paper, 100m), (view.Spec.Mode, view.Spec.RiskLimits["max_order_notional"]));
        Assert.True((await cluster.System.DisarmLive("look", ControlPlaneCluster.Runner)).Kill.Engaged);
        var refusals = cluster.Stores.Audit.Select(e => (e.Fact.Action, e.Fact.Target, e.Fact.Outcome)).ToArray();
        Assert.Contains(("kill.release", "system", "refused"), refusals);
        Assert.Contains(("live.arm", "system", "refused"), refusals);
        Assert.Contains(("store.confirm", "system", "refused"), refusals);
        Assert.Contains(("kill.release", "bot/b1", "refused"), refusals);
        Assert.Contains(("live.arm", "bot/b1", "refused"), refusals);
        Assert.Contains(("autonomy.promote", "bot/b1", "refused"), refusals);
        Assert.Equal(2, refusals.Count(r => r == ("bot.register", "bot/b1", Codes.Forbidden)));
        Assert.DoesNotContain(refusals, r => r.Outcome is "requested" or "done");
    }

    [Fact]
    public async Task ActThatLoosens_Operator_IsWrittenBeforeAndAfterByTheGrain()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = cluster.Grains.GetGrain<IBotGrain>("b1");
        await bot.Register(new("B", null, [], null, Limits(100)), ControlPlaneCluster.Runner);
        await Answered(cluster, cluster.System.Kill("stop", ControlPlaneCluster.Runner));
        cluster.Stores.Audit.Clear();
        Assert.True((await cluster.System.Release("let go", ControlPlaneCluster.Operator)).Done);
        Assert.True((await bot.Register(new("B", null, [], null, Limits(200)), ControlPlaneCluster.Operator)).Done);
        Assert.Equal(
            [("kill.release", "requested"), ("kill.release", "done"), ("bot.register", "requested"), ("bot.register", "done")],
            cluster.Stores.Audit.Select(e => (e.Fact.Action, e.Fact.Outcome)));
        Assert.All(cluster.Stores.Audit, e => Assert.Null(e.Fact.By.Signature));
        Assert.Equal("let go", cluster.Stores.Audit.First().Fact.Details["reason"]);
    }

    [Fact]
    public async Task ActThatLoosens_AuditLogCannotBeWritten_ChangesNothingAndAKillStillWorks()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = cluster.Grains.GetGrain<IBotGrain>("b1");
        await bot.Register(new("B", null, [], null, Limits(100)), ControlPlaneCluster.Runner);
        await Answered(cluster, cluster.System.Kill("stop", ControlPlaneCluster.Runner));
        cluster.Stores.AuditUnwritable = true;
        Assert.Equal(Codes.DataUnavailable, (await cluster.System.Release("let go", ControlPlaneCluster.Operator)).Code);
        Assert.Equal(Codes.DataUnavailable, (await bot.Register(new("B", null, [], null, Limits(200)), ControlPlaneCluster.Operator)).Code);
        Assert.Equal(100m, (await bot.Get())!.Spec.RiskLimits["max_order_notional"]);
        Assert.True((await cluster.System.DisarmLive("look", ControlPlaneCluster.Runner)).Kill.Engaged);
        Assert.True((await Answered(cluster, bot.Kill("stop", ControlPlaneCluster.Runner)))!.Engaged);
    }

    [Fact]
    public async Task ArmLiveOfTheSystem_DisarmedWhileItsEntryIsBeingWritten_StaysDisarmed()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Stores.Hang();
        var asked = cluster.Storage.MarksAsked;
        var arm = cluster.System.ArmLive(TimeSpan.FromMinutes(1), "try", ControlPlaneCluster.Operator);
        await cluster.Until(() => cluster.Storage.MarksAsked > asked, "its entry is being written");
        var disarm = cluster.System.DisarmLive("no", ControlPlaneCluster.Runner);
        await cluster.Advance(0.2);
        cluster.Stores.Resume();
        await cluster.Until(() => arm.IsCompleted && disarm.IsCompleted, "both answer", 8);
        Assert.Equal((false, Codes.LiveNotArmed, false), ((await arm).Done, (await arm).Code, (await arm).Live.Armed));
    }

    [Fact]
    public async Task Kill_CallerWithoutAnySignature_Engages()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        Assert.True((await Answered(cluster, cluster.System.Kill("stop", new Caller("anyone", "runner", Trace)))).Engaged);
    }

    /// <summary>A kill waits for nodes on the test's clock.</summary>
    private static async Task<T> Answered<T>(ControlPlaneCluster cluster, Task<T> call)
    {
        await cluster.Until(() => call.IsCompleted, "an answer");
        return await call;
    }

    private static ImmutableSortedDictionary<string, decimal> Limits(decimal notional) =>
        ImmutableSortedDictionary<string, decimal>.Empty.Add("max_order_notional", notional);

    private static Caller Forge(string kind, ControlPlaneCluster cluster)
    {
        var caller = new Caller("operator", "operator", Trace);
        var signatures = new CallerSignatures(ControlPlaneCluster.Keys, cluster.Clock);
        return kind switch
        {
            "unsigned" => caller,
            "other key" => new CallerSignatures(new ControlPlaneKeys(new Secret("another-root-secret-0123456789")), cluster.Clock).Sign(caller),
            "expired" => signatures.Sign(caller, cluster.Clock.GetUtcNow()),
            "role changed" => signatures.Sign(caller with { Role = "runner" }) with { Role = "operator" },
            "name changed" => signatures.Sign(caller) with { Name = "somebody" },
            _ => signatures.Sign(caller) with { ExpiresAt = cluster.Clock.GetUtcNow().AddDays(1) },
        };
    }
}
