using ControlPlane.Abstractions;
using ControlPlane.ProviderSimulator;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Tests.Running;

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
        Assert.Equal([OrderIntent.Open, OrderIntent.Reduce], scene.Fake.Checks.Take(2).Select(static c => c.Intent));
        Assert.All(scene.Fake.Checks, static c => Assert.Equal(1, c.Epoch));
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
        Assert.Equal(2, scene.Usage.Where(u => u.TraceId == first.TraceId).Select(static u => u.Provider).Distinct().Count());
        Assert.All(scene.Usage, static u => Assert.DoesNotContain("SIM", u.Operation, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reducing_WithNothingOpen_StillLooksAtTheMarketAndOpensNothing()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gate.State = TradingState.Reducing;
        await scene.CycleAsync();
        await scene.CycleAsync();

        Assert.Equal(0, scene.OrdersAtBroker);
        Assert.Contains(scene.Usage, static u => u.Provider == "polygon");
        Assert.Equal([NoTradeCodes.GateBlocked, NoTradeCodes.GateBlocked], scene.Fake.Codes);
    }

    [Fact]
    public async Task ClosedGate_IsANoTradeAndNoCall()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gate.State = TradingState.Halted;
        await scene.CycleAsync();

        var reason = Assert.Single(Assert.Single(scene.Fake.NoTrades).Reasons);
        Assert.Equal((NoTradeCodes.GateBlocked, Codes.IntegrationVerifyInconclusive), (reason.Code, reason.Detail));
        Assert.Empty(scene.Simulator.Requests());
        Assert.Empty(scene.Fake.Cycles);
    }

    [Theory]
    [InlineData(nameof(IBotGrain.ReportMark))]
    [InlineData(nameof(IBotGrain.CheckOrder))]
    [InlineData(nameof(IBotGrain.RecordDecisions))]
    public async Task Gate_ThatClosesBetweenSignalAndOrder_KeepsTheOrderIn(string during)
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Fake.Answers[during] = _ =>
        {
            scene.Gate.State = TradingState.Halted;
            return during switch
            {
                nameof(IBotGrain.ReportMark) => Task.FromResult(new RiskReport(null, null)),
                nameof(IBotGrain.CheckOrder) => Task.FromResult(new OrderAnswer { Allowed = true, OrderId = "order-1" }),
                _ => Task.FromResult(new TraceReceipt(1, 0, [], null)),
            };
        };
        await scene.CycleAsync();

        Assert.Equal(0, scene.OrdersAtBroker);
        Assert.Equal([NoTradeCodes.GateBlocked], scene.Fake.Codes);
        Assert.Equal(CycleEnd.Suppressed, Assert.Single(scene.Fake.Cycles).End);
        Assert.Contains(nameof(IBotGrain.ReportOrder), scene.Fake.Calls);
    }

    [Fact]
    public async Task Reducing_ClosesWhatIsOpenAndOpensNothing()
    {
        await using var scene = await DeskScene.OpenAsync();
        await scene.CycleAsync();
        scene.Gate.State = TradingState.Reducing;
        for (var i = 0; i < 5; i++) await scene.CycleAsync();

        Assert.Equal(2, scene.OrdersAtBroker);
        Assert.NotNull(scene.Fake.Trades[^1].ClosedAt);
        Assert.Contains(NoTradeCodes.GateBlocked, scene.Fake.Codes);
    }

    [Fact]
    public async Task RiskEngine_ThatRefuses_IsObeyed()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Fake.Answers[nameof(IBotGrain.CheckOrder)] = _ => Task.FromResult(new OrderAnswer { Allowed = false, NoTradeId = "n" });
        await scene.CycleAsync();

        Assert.Equal(0, scene.OrdersAtBroker);
        Assert.Equal(CycleEnd.Suppressed, Assert.Single(scene.Fake.Cycles).End);

        // The refusal is recorded by the risk engine; telling it twice would count it twice.
        Assert.Empty(scene.Fake.NoTrades);
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
    public async Task Order_ThatTheExchangeRejects_IsNoTrade()
    {
        await using var scene = await DeskScene.OpenAsync(rejectOneIn: 1);
        await scene.CycleAsync();

        Assert.Empty(scene.Fake.Trades);
        var reason = Assert.Single(Assert.Single(scene.Fake.NoTrades).Reasons);
        Assert.Equal((NoTradeCodes.Error, "order_status", "rejected"), (reason.Code, reason.Rule, reason.Detail));
        Assert.Equal((CycleEnd.Traded, 0), (scene.Fake.Cycles[0].End, scene.Fake.Cycles[0].Filled));
        Assert.Contains(nameof(IBotGrain.ReportOrder), scene.Fake.Calls);
    }

    [Fact]
    public async Task Provider_ThatFails_IsDataMissingWithItsCode()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Simulator.SetFault("polygon", SimulatedFault.Http503);
        await scene.CycleAsync();

        var reason = Assert.Single(Assert.Single(scene.Fake.NoTrades).Reasons);
        Assert.Equal((NoTradeCodes.DataMissing, "polygon: http_503"), (reason.Code, reason.Detail));
        Assert.Equal(CycleEnd.Error, Assert.Single(scene.Fake.Cycles).End);
    }

    [Fact]
    public async Task Feed_ThatStandsStill_IsStale()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Simulator.SetMarket(new MarketOrder { Frozen = true });
        scene.Time.Advance(TimeSpan.FromSeconds(10));
        await scene.CycleAsync();

        var reason = Assert.Single(Assert.Single(scene.Fake.NoTrades).Reasons);
        Assert.Equal((NoTradeCodes.DataStale, "max_quote_age_ms", 3000m), (reason.Code, reason.Rule, reason.Threshold));
        Assert.True(reason.Actual >= 10_000);
    }

    [Fact]
    public async Task Market_ThatIsClosed_IsNoTrade()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Simulator.SetMarket(new MarketOrder { Open = false });
        await scene.CycleAsync();
        Assert.Equal([NoTradeCodes.MarketClosed], scene.Fake.Codes);
    }

    [Fact]
    public async Task Key_ThatIsMissing_SendsNothing()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.MissingKeys.Add("ALPACA_SECRET_KEY");
        await scene.CycleAsync();

        Assert.Empty(scene.Simulator.Requests("alpaca"));
        Assert.Equal([NoTradeCodes.Error], scene.Fake.Codes);
    }

    [Fact]
    public async Task Advisor_IsAskedOnlyForWhatMoves()
    {
        await using var scene = await DeskScene.OpenAsync(new AdvisedStrategy());
        for (var i = 0; i < 60; i++) await scene.CycleAsync();

        var asked = scene.Simulator.Requests("openai").Count;
        Assert.InRange(asked, 1, 59);
        Assert.Contains(scene.Fake.Decisions, static d => d.Variables.ContainsKey("advice_confidence"));
    }
}
