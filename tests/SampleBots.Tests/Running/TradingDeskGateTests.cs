using ControlPlane.Abstractions;
using ControlPlane.ProviderSimulator;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>What a bot leaves undone when the gate, its lease or a kill says so.</summary>
public sealed class TradingDeskGateTests
{
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
    public async Task FencedLease_SendsNothing_AndTheControlPlaneTellsOfIt()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gateway.Refuse = static _ => (Codes.LeaseFenced, false);
        await scene.CycleAsync();

        Assert.Empty(scene.Fake.NoTrades);
        Assert.Equal((0, CycleEnd.Suppressed), (scene.OrdersAtBroker, Assert.Single(scene.Fake.Cycles).End));
    }
}
