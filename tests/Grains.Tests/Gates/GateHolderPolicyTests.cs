using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Policy;
using static ControlPlane.Grains.Tests.Gates.GateFixtures;

namespace ControlPlane.Grains.Tests.Gates;

public sealed class GateHolderPolicyTests
{
    private static readonly Reason s_limited = new(Codes.IntegrationLimited, Severity.Degraded, "may only read", "give it the trade right", Now);

    [Fact]
    public void Decide_OnlyBrokerLacksTheTradeRight_Blocks()
    {
        var decision = Decide(Inputs(
            Provider("polygon", "market_data", ProviderState.Connected),
            Limited("alpaca", "broker", Capability.Trade),
            Provider("openai", "llm", ProviderState.Connected)));

        Assert.Equal((SystemStatus.Blocked, TradingState.Halted), (decision.Status, decision.TradingState));
        var blocker = Assert.Single(decision.Blockers, b => b.Severity == Severity.Blocked);
        Assert.Equal((Codes.IntegrationLimited, "alpaca", GateNames.Broker, "give it the trade right"), (blocker.Code, blocker.Provider, blocker.Gate, blocker.SuggestedFix));
        Assert.Equal(["fix_env", "verify"], decision.PathToOk.Select(step => step.Action));
        Assert.Equal("KeyLimited", decision.Gates.Single(gate => gate.Gate == GateNames.Broker).Reason);
        Assert.True(decision.Providers["alpaca"].Connected);
    }

    [Fact]
    public void Decide_LimitedBesideAGoodOne_DegradesOnlyWhereItIsRequired()
    {
        Assert.Equal(SystemStatus.Ok, Decide(AllGood(Limited("okx", "broker", Capability.Trade))).Status);

        var required = Decide(AllGood(Limited("okx", "broker", Capability.Trade, required: true)));
        Assert.Equal((SystemStatus.Degraded, TradingState.Active), (required.Status, required.TradingState));
        Assert.Equal("okx", Assert.Single(required.Blockers).Provider);
    }

    [Fact]
    public void Decide_RightThatNobodyCanTell_HoldsDegraded()
    {
        var decision = Decide(Inputs(
            Provider("polygon", "market_data", ProviderState.Connected),
            With(Provider("tradovate", "broker", ProviderState.Degraded), Capability.Trade, CapabilityStatus.Unknown),
            Provider("openai", "llm", ProviderState.Connected)));

        Assert.Equal((SystemStatus.Degraded, TradingState.Reducing), (decision.Status, decision.TradingState));
    }

    [Fact]
    public void Decide_RightComesBack_OpensAfterGoodEvaluationsAlone()
    {
        var limited = Inputs(Provider("polygon", "market_data", ProviderState.Connected), Limited("alpaca", "broker", Capability.Trade), Provider("openai", "llm", ProviderState.Connected));
        var mended = limited with { Providers = [limited.Providers[0], With(limited.Providers[1], Capability.Trade, CapabilityStatus.Proven), limited.Providers[2]] };
        var hysteresis = new OpeningHysteresis(2);
        hysteresis.Observe(OpeningHysteresis.Items(limited));
        hysteresis.Observe(OpeningHysteresis.Items(limited));

        var first = DecisionPolicy.Decide(mended, hysteresis.Observe(OpeningHysteresis.Items(mended)), null, out _);
        var second = DecisionPolicy.Decide(mended, hysteresis.Observe(OpeningHysteresis.Items(mended)), first, out _);

        Assert.Equal((SystemStatus.Blocked, "Confirming"), (first.Status, first.Gates.Single(gate => gate.Gate == GateNames.Broker).Reason));
        Assert.NotEqual(SystemStatus.Blocked, second.Status);
    }

    [Theory]
    [InlineData(CapabilityStatus.Proven, true)]
    [InlineData(CapabilityStatus.Implied, true)]
    [InlineData(CapabilityStatus.Unknown, false)]
    [InlineData(CapabilityStatus.Missing, false)]
    public void Decide_ExchangeThatPolicyNamesForTheFeed_HoldsItByAKnownRight(CapabilityStatus read, bool holds)
    {
        var exchange = Provider("binance", "broker", ProviderState.Connected);
        exchange = exchange with { Evidence = exchange.Evidence! with { Capabilities = [new(Capability.Read, read), new(Capability.Trade, CapabilityStatus.Proven)] } };
        var inputs = Inputs(exchange, Provider("openai", "llm", ProviderState.Connected)) with
        {
            Policy = new PolicyOptions { Gates = ImmutableDictionary<string, GatePolicyOptions>.Empty.Add(GateNames.DataFeeds, new(true, ["binance"], [])) },
        };

        Assert.Equal(holds, Decide(inputs).Gates.Single(gate => gate.Gate == GateNames.DataFeeds).Healthy);
        Assert.True(Decide(inputs).Gates.Single(gate => gate.Gate == GateNames.Broker).Healthy);
    }

    [Fact]
    public void Decide_ProviderWithoutVerify_DegradesNothing()
    {
        var kraken = Provider("kraken", "broker", ProviderState.ConfiguredNotConnected, false, 5, Why(Codes.IntegrationNeverVerified, Severity.Info)) with { Verifiable = false };

        Assert.Equal(SystemStatus.Ok, Decide(AllGood(kraken)).Status);
        Assert.Empty(Decide(AllGood(kraken)).Blockers);
    }

    private static ProviderInput Limited(string id, string category, Capability lacks, bool required = false) =>
        With(Provider(id, category, ProviderState.Degraded, required, 5, s_limited), lacks, CapabilityStatus.Missing);

    private static ProviderInput With(ProviderInput provider, Capability name, CapabilityStatus status) =>
        provider with { Evidence = provider.Evidence! with { Capabilities = [new KeyCapability(name, status)] } };
}
