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

    [Fact]
    public async Task Reducing_WithNothingOpen_StillLooksAtTheMarketAndOpensNothing()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gate.State = TradingState.Reducing;
        await scene.CycleAsync();
        await scene.CycleAsync();

        Assert.Equal(0, scene.OrdersAtBroker);
        Assert.Contains(scene.Simulator.Requests(), static r => r.Provider == "polygon");
        Assert.Equal([NoTradeCodes.GateBlocked, NoTradeCodes.GateBlocked], scene.Fake.Codes);
    }

    [Fact]
    public async Task ClosedGate_IsANoTradeAndNoOrder_AndReadsGoOn()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gate.State = TradingState.Halted;
        await scene.CycleAsync();

        var reason = Assert.Single(Assert.Single(scene.Fake.NoTrades).Reasons);
        Assert.Equal((NoTradeCodes.GateBlocked, Codes.IntegrationVerifyInconclusive), (reason.Code, reason.Detail));
        Assert.Contains(scene.Simulator.Requests(), static r => r.Provider == "polygon");
        Assert.DoesNotContain(scene.Gateway.Calls, static c => !c.Route.StartsWith("GET ", StringComparison.Ordinal));
        Assert.Equal(CycleEnd.NoSignal, Assert.Single(scene.Fake.Cycles).End);
    }

    [Fact]
    public async Task LeaseThatEnded_IsANoTradeAndNoCall()
    {
        await using var scene = await DeskScene.OpenAsync();
        (scene.Gate.State, scene.Gate.LeaseForMs) = (TradingState.Halted, 0);
        await scene.CycleAsync();

        Assert.Equal(NoTradeCodes.GateBlocked, Assert.Single(Assert.Single(scene.Fake.NoTrades).Reasons).Code);
        Assert.Empty(scene.Gateway.Calls);
        Assert.Empty(scene.Simulator.Requests());
        Assert.Empty(scene.Fake.Cycles);
    }

    [Fact]
    public async Task Calls_CarryTheLeasesTokenAndNothingElse()
    {
        await using var scene = await DeskScene.OpenAsync(new AdvisedStrategy());
        for (var i = 0; i < 60; i++) await scene.CycleAsync();

        Assert.Equal(["alpaca", "openai", "polygon"], scene.Gateway.Calls.Select(static c => c.Provider).Distinct().Order());
        Assert.All(scene.Gateway.Calls, static c => Assert.Equal(FakeGateway.TokenOf("bot-1", 1), c.Token));
        Assert.All(scene.Gateway.Calls, static c => Assert.Equal(["X-Control-Plane-Token", "traceparent"], c.Headers));
    }

    [Fact]
    public async Task BlockedSystem_LetsThePositionBeLeft()
    {
        await using var scene = await DeskScene.OpenAsync();
        await scene.CycleAsync();
        (scene.Gate.State, scene.Gate.Exits) = (TradingState.Halted, true);
        for (var i = 0; i < 5; i++) await scene.CycleAsync();

        Assert.Equal(2, scene.OrdersAtBroker);
        Assert.Equal(OrderSide.Sell, scene.Fake.Orders[^1].Side);
        Assert.NotNull(scene.Fake.Trades[^1].ClosedAt);
    }

    [Fact]
    public async Task KilledSystem_IsLookedAtAndNothingIsSent()
    {
        await using var scene = await DeskScene.OpenAsync();
        await scene.CycleAsync();
        scene.Gate.State = TradingState.Halted;
        var before = scene.Simulator.Requests("polygon").Count;
        for (var i = 0; i < 5; i++) await scene.CycleAsync();

        Assert.Equal(1, scene.OrdersAtBroker);
        Assert.True(scene.Simulator.Requests("polygon").Count >= before + 10);
        Assert.Equal(NoTradeCodes.GateBlocked, scene.Fake.Codes[^1]);
    }

    [Theory]
    [InlineData(nameof(IBotGrain.ReportMark))]
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
                _ => Task.FromResult(new TraceReceipt(1, 0, [], null)),
            };
        };
        await scene.CycleAsync();

        Assert.Equal(0, scene.OrdersAtBroker);
        Assert.Equal([NoTradeCodes.GateBlocked], scene.Fake.Codes);
        Assert.Equal(CycleEnd.Suppressed, Assert.Single(scene.Fake.Cycles).End);
        Assert.Empty(scene.Fake.Orders);
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
    public async Task Order_ThatNobodyJudged_IsNoTrade()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gateway.Refuse = static _ => (Codes.DataUnavailable, false);
        await scene.CycleAsync();

        var reason = Assert.Single(Assert.Single(scene.Fake.NoTrades).Reasons);
        Assert.Equal((NoTradeCodes.Error, "alpaca: DATA_UNAVAILABLE"), (reason.Code, reason.Detail));
        Assert.Equal((0, 0), (scene.OrdersAtBroker, scene.Fake.Cycles[0].Sent));
    }

    [Fact]
    public async Task FencedLease_SendsNothing_AndTheControlPlaneTellsOfIt()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gateway.Refuse = static _ => (Codes.LeaseFenced, false);
        await scene.CycleAsync();

        Assert.Empty(scene.Fake.NoTrades);
        Assert.Equal((0, CycleEnd.Suppressed), (scene.OrdersAtBroker, Assert.Single(scene.Fake.Cycles).End));
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
    public async Task Provider_ThatFailsWhileAllIsHalted_IsToldBesideTheGate()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Simulator.SetFault("polygon", SimulatedFault.Http503);
        scene.Gate.State = TradingState.Halted;
        await scene.CycleAsync();

        Assert.Equal([NoTradeCodes.GateBlocked, NoTradeCodes.DataMissing], Assert.Single(scene.Fake.NoTrades).Reasons.Select(static r => r.Code));
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
        scene.Gateway.MissingKeys.Add("ALPACA_SECRET_KEY");
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
