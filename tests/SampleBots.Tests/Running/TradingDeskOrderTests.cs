using ControlPlane.Abstractions;
using ControlPlane.ProviderSimulator;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>What becomes of a decision on its way: refused, lost, rejected.</summary>
public sealed class TradingDeskOrderTests
{
    [Fact]
    public async Task Gateway_ThatRefuses_IsObeyed()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gateway.Refuse = static _ => (NoTradeCodes.RiskLimit, true);
        await scene.CycleAsync();

        Assert.Equal(0, scene.OrdersAtBroker);
        var cycle = Assert.Single(scene.Fake.Cycles);
        Assert.Equal((CycleEnd.Suppressed, 1, 0, 0), (cycle.End, cycle.Signals, cycle.SurvivedRisk, cycle.Sent));
        Assert.Equal(cycle.TraceId, Assert.Single(scene.Fake.Decisions).TraceId);

        // The refusal is recorded by the control plane; telling it twice would count it twice.
        Assert.Empty(scene.Fake.NoTrades);

        // What is refused is not asked for again at once.
        await scene.CycleAsync();
        Assert.Equal([NoTradeCodes.Cooldown], scene.Fake.Codes);
        Assert.Single(scene.Fake.Decisions);
    }

    [Fact]
    public async Task Order_ThatNobodyEvaluated_IsNoTrade()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gateway.Refuse = static _ => (Codes.DataUnavailable, false);
        await scene.CycleAsync();

        var reason = Assert.Single(Assert.Single(scene.Fake.NoTrades).Reasons);
        Assert.Equal((NoTradeCodes.Error, "alpaca: DATA_UNAVAILABLE"), (reason.Code, reason.Detail));
        Assert.Equal((0, 0), (scene.OrdersAtBroker, scene.Fake.Cycles[0].Sent));
    }

    [Fact]
    public async Task Decision_ThatCannotBeRecorded_IsNotCarriedOut()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Fake.Answers[nameof(IBotGrain.RecordDecisions)] = _ => Task.FromResult(TraceReceipt.None(Codes.DataUnavailable));
        await scene.CycleAsync();
        await scene.CycleAsync();

        Assert.Equal(0, scene.OrdersAtBroker);
        Assert.All(scene.Fake.Cycles, static c => Assert.Equal(CycleEnd.Error, c.End));
    }

    [Fact]
    public async Task Order_WhoseAnswerIsLost_IsFoundAgainAndSentOnce()
    {
        await using var scene = await DeskScene.OpenAsync();
        await scene.CycleAsync();
        while (scene.Fake.Trades.Count < 2) await scene.CycleAsync();
        scene.Simulator.SetFault("alpaca", new FaultOrder { Fault = SimulatedFault.TruncatedJson });
        while (scene.OrdersAtBroker < 3) await scene.CycleAsync();
        scene.Simulator.SetFault("alpaca", SimulatedFault.None);
        await scene.CycleAsync();

        Assert.Equal(3, scene.OrdersAtBroker);
        Assert.Equal(3, scene.Fake.Trades.Count);
        Assert.Equal("order-3", scene.Fake.Trades[2].OrderId);
        Assert.All(scene.Fake.Cycles, static c => Assert.True(c.Filled <= c.Sent && c.Sent <= c.SurvivedRisk && c.SurvivedRisk <= c.Signals));
    }

    [Fact]
    public async Task Order_OfWhichNobodyKnows_HoldsEverythingUntilTheControlPlaneSaysThatItNeverArrived()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gateway.LosesOrders = true;
        await scene.CycleAsync();
        scene.Gateway.LosesOrders = false;
        for (var i = 0; i < 10; i++) await scene.CycleAsync();

        var lost = Assert.Single(scene.Fake.Orders);
        Assert.Equal(CycleEnd.Traded, scene.Fake.Cycles[0].End);
        Assert.All(scene.Fake.NoTrades.Skip(1).SelectMany(static n => n.Reasons), static r => Assert.Equal((NoTradeCodes.Error, "order_unknown"), (r.Code, r.Rule)));

        scene.Fake.End(lost.OrderId, "rejected");
        await scene.CycleAsync();
        Assert.Equal(2, scene.Fake.Orders.Count);
        Assert.NotEqual(lost.ClientOrderId, scene.Fake.Orders[1].ClientOrderId);
        Assert.Equal("order-2", Assert.Single(scene.Fake.Trades).OrderId);
    }

    [Fact]
    public async Task Order_OfWhichNobodyHasHeard_IsOverAfterAMinute()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gateway.Refuse = static _ => (Codes.ControlPlaneUnreachable, false);
        await scene.CycleAsync();
        scene.Gateway.Refuse = static _ => null;
        while (scene.Fake.Orders.Count == 0) await scene.CycleAsync();

        Assert.InRange(scene.Fake.NoTrades.Count(static n => n.Reasons[0].Rule == "order_unknown"), 55, 62);
    }

    [Fact]
    public async Task Order_ThatTheExchangeRejects_IsNoTrade()
    {
        await using var scene = await DeskScene.OpenAsync(rejectOneIn: 1);
        await scene.CycleAsync();

        Assert.Empty(scene.Fake.Trades);
        var reason = Assert.Single(Assert.Single(scene.Fake.NoTrades).Reasons);
        Assert.Equal((NoTradeCodes.Error, "order_status", "rejected"), (reason.Code, reason.Rule, reason.Detail));
        Assert.Equal((CycleEnd.Traded, 0), (scene.Fake.Cycles[0].End, scene.Fake.Cycles[0].Filled));
        Assert.Equal("open", Assert.Single(scene.Fake.Orders).Status);
    }
}
