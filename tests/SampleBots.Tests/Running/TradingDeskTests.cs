using ControlPlane.Abstractions;
using ControlPlane.ProviderSimulator;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>What a bot does with a signal, and what it tells of it.</summary>
public sealed class TradingDeskTests
{
    [Fact]
    public async Task Signal_IsExplainedThenTradedThenClosed()
    {
        await using var scene = await DeskScene.OpenAsync();
        for (var i = 0; i < 6; i++) await scene.CycleAsync();

        var opened = scene.Fake.Trades[0];
        var closed = scene.Fake.Trades[1];
        Assert.Equal((opened.TradeId, OrderSide.Buy, "order-1"), (closed.TradeId, opened.Side, opened.OrderId));
        Assert.True(opened is { ClosedAt: null, Pnl: null });
        Assert.True(closed is { ClosedAt: not null, Pnl: not null, OrderId: "order-1", CloseOrderId: "order-2" });

        var decision = scene.Fake.Decisions[0];
        Assert.Equal((opened.DecisionId, "buy", 0.7, 1L, 7L), (decision.DecisionId, decision.Action, decision.Confidence, decision.GateEpoch, decision.GateVersion));
        Assert.Equal((opened.TradeId, "close"), (scene.Fake.Decisions[1].TradeId, scene.Fake.Decisions[1].Action));
        Assert.Equal([(opened.DecisionId, OrderSide.Buy), (scene.Fake.Decisions[1].DecisionId, OrderSide.Sell)], scene.Fake.Orders.Take(2).Select(static o => (o.ClientOrderId, o.Side)));
    }

    [Fact]
    public async Task Cycle_SharesItsTraceWithEverythingInIt()
    {
        await using var scene = await DeskScene.OpenAsync();
        await scene.CycleAsync();
        await scene.CycleAsync();

        var first = scene.Fake.Cycles[0];
        Assert.Equal((CycleEnd.Traded, 1, 1, 1, 1), (first.End, first.Signals, first.SurvivedRisk, first.Sent, first.Filled));
        Assert.Equal([first.TraceId, first.TraceId], [scene.Fake.Decisions[0].TraceId, scene.Fake.Trades[0].TraceId]);
        Assert.NotEqual(first.TraceId, scene.Fake.Cycles[1].TraceId);
        Assert.Equal(2, scene.Gateway.Calls.Where(c => c.TraceId == first.TraceId).Select(static c => c.Provider).Distinct().Count());
        Assert.Contains(scene.Gateway.Calls, c => c.Route == "POST /v2/orders" && c.TraceId == first.TraceId);
    }
}
