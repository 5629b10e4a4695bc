using ControlPlane.Abstractions;
using ControlPlane.ProviderSimulator;

namespace ControlPlane.SampleBots.Tests.Running;

public sealed class TradingDeskRestartTests
{
    [Fact]
    public async Task Restart_WithAPosition_TakesItsTradeOverAndGetsOut()
    {
        await using var scene = await DeskScene.OpenAsync();
        await scene.CycleAsync();
        var trade = Assert.Single(scene.Fake.Trades);

        scene.NewDesk();
        scene.Fake.Answers[nameof(IBotGrain.GetTrades)] = _ => Task.FromResult(new TracePage<TradeTrace>([trade], null, null));
        await scene.CycleAsync();

        Assert.Equal((trade.TradeId, true), (scene.Fake.Trades[1].TradeId, scene.Fake.Trades[1].Pnl is not null));
    }

    [Fact]
    public async Task Restart_WithATradeWhosePositionIsGone_EndsItWithoutAProfitNobodyKnows()
    {
        await using var scene = await DeskScene.OpenAsync();
        var lost = new TradeTrace("t-lost", "SIMA", OrderSide.Buy, 3, 100, null, scene.Time.GetUtcNow(), null, "d", null, "o");
        scene.Fake.Answers[nameof(IBotGrain.GetTrades)] = _ => Task.FromResult(new TracePage<TradeTrace>([lost], null, null));
        await scene.CycleAsync();

        Assert.True(scene.Fake.Trades[0] is { TradeId: "t-lost", ClosedAt: not null, Pnl: null });
        Assert.True(scene.Fake.Calls.IndexOf(nameof(IBotGrain.RecordTrades)) < scene.Fake.Calls.IndexOf(nameof(IBotGrain.ReportPosition)));
    }

    [Fact]
    public async Task Restart_WithAPositionNobodyTold_TellsItAndGetsOut()
    {
        await using var scene = await DeskScene.OpenAsync();
        await scene.CycleAsync();
        scene.Fake.Trades.Clear();
        scene.NewDesk();
        await scene.CycleAsync();

        Assert.StartsWith("adopted-", scene.Fake.Trades[0].TradeId, StringComparison.Ordinal);
        Assert.NotNull(scene.Fake.Trades[1].ClosedAt);
    }

    [Fact]
    public async Task Restart_WithAnOrderOut_WaitsForItsEndBeforeItCountsTheAccount()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Simulator.SetMarket(new MarketOrder { Frozen = true });
        await scene.CycleAsync();
        Assert.Empty(scene.Fake.Trades);
        Assert.Single(scene.Fake.Orders);

        // Nothing is filled while the market stands still.
        scene.NewDesk();
        await scene.CycleAsync();
        Assert.DoesNotContain(nameof(IBotGrain.ReportPosition), scene.Fake.Calls.SkipWhile(static c => c != nameof(IBotGrain.RecordDecisions)));
        Assert.Equal("alpaca: order_open", scene.Fake.NoTrades[^1].Reasons[0].Detail);

        scene.Simulator.SetMarket(new MarketOrder { Frozen = false });
        scene.Fake.End("order-1", "filled");
        await scene.CycleAsync();
        Assert.StartsWith("adopted-", scene.Fake.Trades[0].TradeId, StringComparison.Ordinal);
    }
}
