using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>Who may register a bot how, and who knows of it then.</summary>
public sealed class BotRegistrationTests
{
    [Fact]
    public async Task Register_ByARunner_MayOnlyTighten()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        var limits = ImmutableSortedDictionary<string, decimal>.Empty.Add("max_order_notional", 500);
        var start = new BotRegistration("M", null, ["polygon"], TradingMode.Paper, limits);
        Assert.True((await bot.Register(start, ControlPlaneCluster.Runner)).Done);
        foreach (var loose in new[]
        {
            start with { Requires = [] },
            start with { Requires = ["oanda"] },
            start with { Mode = TradingMode.Live },
            start with { RiskLimits = limits.SetItem("max_order_notional", 501) },
            start with { RiskLimits = limits.Clear() },
        })
        {
            Assert.Equal(Codes.Forbidden, (await bot.Register(loose, ControlPlaneCluster.Runner)).Code);
        }

        Assert.True((await bot.Register(start with { Requires = ["polygon", "oanda"], RiskLimits = limits.SetItem("max_order_notional", 499) }, ControlPlaneCluster.Runner)).Done);
        Assert.True((await bot.Register(start, ControlPlaneCluster.Operator)).Done);
        Assert.Equal(Codes.UnknownProvider, (await bot.Register(start with { Requires = ["nobody"] }, ControlPlaneCluster.Operator)).Code);
        Assert.Equal(Codes.InvalidRequest, (await bot.Register(start with { RiskLimits = limits.Add("max_fun", 1) }, ControlPlaneCluster.Operator)).Code);
    }

    [Fact]
    public async Task Create_ByARunner_TakesPaperAndNoLimitLooserThanItsDefault()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = cluster.Grains.GetGrain<IBotGrain>("new");
        ImmutableSortedDictionary<string, decimal> With(string name, decimal value) => ImmutableSortedDictionary<string, decimal>.Empty.Add(name, value);
        foreach (var (name, loose, tight) in new[] { ("max_order_notional", 1_000.01m, 1_000m), ("duplicate_order_seconds", 4.9m, 5m), ("max_gross_notional", 1e18m, 20_000m) })
        {
            Assert.Equal(Codes.Forbidden, (await bot.Register(new("N", "u", ["polygon"], null, With(name, loose), Model: "m"), ControlPlaneCluster.Runner)).Code);
            var created = cluster.Grains.GetGrain<IBotGrain>($"new-{name.Replace('_', '-')}");
            Assert.True((await created.Register(new("N", "u", ["polygon"], null, With(name, tight), Model: "m"), ControlPlaneCluster.Runner)).Done);
        }

        Assert.Equal(Codes.Forbidden, (await bot.Register(new("N", null, null, TradingMode.Live, null), ControlPlaneCluster.Runner)).Code);
        Assert.Null(await bot.Get());
        Assert.True((await bot.Register(new("N", null, null, null, With("max_position_notional", 1e18m)), ControlPlaneCluster.Operator)).Done);
        Assert.Equal(Codes.InvalidRequest, (await bot.Register(new("N", null, null, null, With("max_position_notional", 1e18m + 1)), ControlPlaneCluster.Operator)).Code);
    }

    [Fact]
    public async Task Directory_KnowsEveryBot_AlsoAfterARestart()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        for (var i = 0; i < 12; i++)
        {
            var registered = await cluster.Grains.GetGrain<IBotGrain>($"bot-{i}").Register(new("Momentum", "u1", ["polygon"], null, null), ControlPlaneCluster.Operator);
            Assert.True(registered.Done, registered.Message);
        }
        Assert.Equal(12, await Total(cluster));
        await using var next = await cluster.RestartAsync();
        Assert.Equal(12, await Total(next));
    }

    private static async Task<int> Total(ControlPlaneCluster cluster) =>
        (await Task.WhenAll(Enumerable.Range(0, IBotDirectoryGrain.ShardCount).Select(i => cluster.Grains.GetGrain<IBotDirectoryGrain>(i).Count()))).Sum(c => c.Total);
}
