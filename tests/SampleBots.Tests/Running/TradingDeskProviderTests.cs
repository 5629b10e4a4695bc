using ControlPlane.Abstractions;
using ControlPlane.ProviderSimulator;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>What a bot makes of its providers, and what they get to see of it.</summary>
public sealed class TradingDeskProviderTests
{
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
