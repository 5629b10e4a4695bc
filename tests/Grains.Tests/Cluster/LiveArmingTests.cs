using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Bots.Arming;
using ControlPlane.Grains.Bots.Policy;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class LiveArmingTests
{
    private static readonly BotRegistration s_live = new("Momentum", "u1", ["polygon"], TradingMode.Live, ImmutableSortedDictionary<string, decimal>.Empty.Add("max_order_notional", 500), ["ES", "NQ"], "m-1");

    [Fact]
    public async Task Arming_IsOnRecordBeforeItHolds_AndEndsWithItsTime()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        Assert.True((await bot.ArmLive(TimeSpan.FromMinutes(1), "try", ControlPlaneCluster.Operator)).Done);
        var row = cluster.Stores.Transitions.Single(t => t.Subject == "bot/momentum/live_trading");
        Assert.Equal(("disarmed", "armed", "operator"), (row.From, row.To, row.By));
        Assert.StartsWith("try (configuration ", row.Message, StringComparison.Ordinal);
        Assert.True((await bot.Get())!.Live.Armed);
        await cluster.Advance(60.1);
        Assert.False((await bot.Get())!.Live.Armed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Arming_ThatCannotBeWritten_ArmsNothing(bool hangs)
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        if (hangs) cluster.Stores.Hang();
        else cluster.Stores.Failing = true;
        var arm = bot.ArmLive(TimeSpan.FromMinutes(1), "try", ControlPlaneCluster.Operator);
        await cluster.Until(() => arm.IsCompleted, "answers", 5);
        Assert.Equal(Codes.DataUnavailable, (await arm).Code);
        cluster.Stores.Resume();
        Assert.False((await bot.Get())!.Live.Armed);
    }

    [Fact]
    public async Task Disarming_WhileTheArmingIsBeingWritten_Wins()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        cluster.Stores.Hang();
        var arm = bot.ArmLive(TimeSpan.FromMinutes(1), "try", ControlPlaneCluster.Operator);
        await cluster.Advance(0.2);
        var disarm = bot.DisarmLive("no", ControlPlaneCluster.Operator);
        await cluster.Advance(0.2);
        cluster.Stores.Resume();
        await cluster.Until(() => arm.IsCompleted && disarm.IsCompleted, "both answer", 5);
        Assert.Equal(Codes.LiveNotArmed, (await arm).Code);
        Assert.False((await bot.Get())!.Live.Armed);
    }

    [Fact]
    public async Task Arming_EndsWithAChangeOfTheConfiguration_AndWithNothingElse()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        foreach (var same in new[] { s_live, s_live with { Name = "Another" }, s_live with { UserId = "u2" }, new("Another", null, null, null, null) })
        {
            await Arm(bot);
            Assert.True((await bot.Register(same, ControlPlaneCluster.Operator)).Bot!.Live.Armed);
        }

        foreach (var changed in new[]
        {
            s_live with { Requires = ["polygon", "oanda"] },
            s_live with { RiskLimits = s_live.RiskLimits!.SetItem("max_order_notional", 499) },
            s_live with { RiskLimits = s_live.RiskLimits!.Add("max_daily_loss", 1) },
            s_live with { AllowedSymbols = ["ES"] },
            s_live with { AllowedSymbols = ["*"] },
            s_live with { Model = "m-2" },
            s_live with { Mode = TradingMode.Paper },
        })
        {
            await bot.Register(s_live, ControlPlaneCluster.Operator);
            await Arm(bot);
            var answer = await bot.Register(changed, ControlPlaneCluster.Operator);
            Assert.True(answer.Done, answer.Message);
            Assert.False(answer.Bot!.Live.Armed);

            // The old configuration does not bring the arming back.
            Assert.False((await bot.Register(s_live, ControlPlaneCluster.Operator)).Bot!.Live.Armed);
        }

        await Arm(bot);
        cluster.Stores.Failing = true;
        Assert.False((await bot.Register(s_live with { Model = "m-3" }, ControlPlaneCluster.Operator)).Done);
        cluster.Stores.Resume();
        Assert.False((await bot.Get())!.Live.Armed);
    }

    [Fact]
    public async Task Restart_DisarmsTheSystemAndTheBot()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        var bot = await Register(cluster);
        await Arm(bot);
        await cluster.System.ArmLive(TimeSpan.FromMinutes(60), "t", ControlPlaneCluster.Operator);
        await cluster.Until(() => cluster.Node.Read().Snapshot is { Live.Armed: true }, "armed", 3);
        await using var next = await cluster.RestartAsync();
        await next.Until(() => next.Node.Read().IsLive, "a gate", 5);
        Assert.False(next.Node.Read().Snapshot!.Live.Armed);
        Assert.False((await next.Grains.GetGrain<IBotGrain>("momentum").Get())!.Live.Armed);
    }

    [Fact]
    public async Task Arming_LongerThanAllowed_IsRefused()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Runners.MaxLiveMinutes = 10);
        var bot = await Register(cluster);
        foreach (var minutes in new[] { 0, -1, 11 }) Assert.Equal(Codes.InvalidRequest, (await bot.ArmLive(TimeSpan.FromMinutes(minutes), "t", ControlPlaneCluster.Operator)).Code);
        Assert.False((await bot.Get())!.Live.Armed);
    }

    [Fact]
    public void Arming_SeenByAnotherConfiguration_IsGoneForBoth()
    {
        var arming = new LiveArming(new FakeTimeProvider());
        arming.Arm("a", 1, TimeSpan.FromMinutes(1), "operator");
        Assert.True(arming.For("a", 1).Armed);
        Assert.Equal(TimeSpan.Zero, arming.Left("b", 1));
        Assert.False(arming.For("a", 1).Armed);
    }

    [Fact]
    public void Hash_TellsConfigurationsApart_NotTheirNotation()
    {
        var spec = new BotSpec("a", "u", ["x", "y"], TradingMode.Live, ImmutableSortedDictionary<string, decimal>.Empty.Add("a", 1), ["ES"], "m");
        string Of(BotSpec s) => ConfigurationHash.Of(s, s.RiskLimits);
        Assert.Equal(Of(spec), Of(spec with { Name = "b", UserId = null, RiskLimits = spec.RiskLimits.SetItem("a", 1.00m) }));
        string[] others =
        [
            Of(spec), Of(spec with { Mode = TradingMode.Paper }), Of(spec with { Requires = ["xy"] }), Of(spec with { Requires = ["x"], AllowedSymbols = ["y", "ES"] }), Of(spec with { AllowedSymbols = null }),
            Of(spec with { AllowedSymbols = [] }), Of(spec with { Model = null }), Of(spec with { Model = "1" }), Of(spec with { RiskLimits = spec.RiskLimits.SetItem("a", 1.01m) }),
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    private static async Task Arm(IBotGrain bot)
    {
        Assert.True((await bot.ArmLive(TimeSpan.FromMinutes(30), "t", ControlPlaneCluster.Operator)).Done);
        Assert.True((await bot.Get())!.Live.Armed);
    }

    private static async Task<IBotGrain> Register(ControlPlaneCluster cluster)
    {
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        var answer = await bot.Register(s_live, ControlPlaneCluster.Operator);
        Assert.True(answer.Done, answer.Message);
        return bot;
    }
}
