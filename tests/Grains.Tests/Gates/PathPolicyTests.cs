using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Policy;
using static ControlPlane.Grains.Tests.Gates.GateFixtures;

namespace ControlPlane.Grains.Tests.Gates;

public sealed class PathPolicyTests
{
    [Fact]
    public void Degraded_HasAPathOfItsOwn_AfterWhatBlocks()
    {
        var slow = Provider("oanda", "broker", ProviderState.Degraded, reasons: Why(Codes.IntegrationVerifyStale, Severity.Degraded));
        Assert.Equal(["verify oanda"], Steps(Decide(AllGood(slow))));
        var blocked = Inputs(Provider("polygon", "market_data", ProviderState.ConfiguredNotConnected), Provider("alpaca", "broker", ProviderState.Connected), slow, Provider("openai", "llm", ProviderState.Connected));
        Assert.Equal(["fix_env polygon", "verify polygon", "verify oanda"], Steps(Decide(blocked)));
    }

    [Fact]
    public void MissingKey_ThatAnyProviderWouldMend_NamesThemAll_EasiestFirst()
    {
        var many = Provider("ibkr", "broker", ProviderState.NotConfigured);
        many = many with { Evidence = many.Evidence! with { MissingVariables = ["IBKR_USER", "IBKR_PASSWORD"] } };
        var inputs = Inputs(Provider("polygon", "market_data", ProviderState.Connected), many, Provider("alpaca", "broker", ProviderState.NotConfigured), Provider("oanda", "broker", ProviderState.NotConfigured), Provider("openai", "llm", ProviderState.Connected));
        var step = Decide(inputs).PathToOk[0];
        Assert.Equal(("set_env", "alpaca"), (step.Action, step.Provider));
        Assert.Equal(["alpaca", "oanda", "ibkr"], step.AnyOf.Select(choice => choice.Provider));
        Assert.Equal(step.Variables.ToArray(), step.AnyOf[0].Variables.ToArray());
        Assert.Equal(["IBKR_USER", "IBKR_PASSWORD"], step.AnyOf[2].Variables.ToArray());
        Assert.Contains("__Required=false", step.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingKey_OfAProviderThatMustBe_LeavesNoChoice()
    {
        var inputs = Inputs(Provider("polygon", "market_data", ProviderState.Connected), Provider("alpaca", "broker", ProviderState.NotConfigured, required: true), Provider("oanda", "broker", ProviderState.NotConfigured), Provider("openai", "llm", ProviderState.Connected));
        Assert.Empty(Decide(inputs).PathToOk[0].AnyOf);
        inputs = Inputs(Provider("polygon", "market_data", ProviderState.Connected), Provider("alpaca", "broker", ProviderState.NotConfigured), Provider("oanda", "broker", ProviderState.NotConfigured), Provider("openai", "llm", ProviderState.Connected));
        var policy = new PolicyOptions { Gates = new PolicyOptions().Gates.Add(GateNames.Broker, new(true, [], ["oanda"])) };
        var must = Decide(inputs with { Policy = policy }).PathToOk[0];
        Assert.Equal(("oanda", 0), (must.Provider, must.AnyOf.Length));
    }

    [Fact]
    public void ConnectedExchange_ThatCanHoldTheGate_NeedsASettingAlone()
    {
        var exchange = Provider("alpaca", "broker", ProviderState.Connected);
        exchange = exchange with { Evidence = exchange.Evidence! with { Capabilities = [new(Capability.Read, CapabilityStatus.Proven), new(Capability.Trade, CapabilityStatus.Proven)] } };
        var inputs = Inputs(Provider("polygon", "market_data", ProviderState.NotConfigured), Provider("databento", "market_data", ProviderState.NotConfigured), exchange, Provider("openai", "llm", ProviderState.Connected));
        var step = Assert.Single(Decide(inputs).PathToOk);
        Assert.Equal(("set_policy", "alpaca"), (step.Action, step.Provider));
        Assert.Contains("ControlPlane__Policy__Gates__dataFeedsHealthy__AnyOf=alpaca", step.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void SelfHealing_Waits_UntilItHadItsTime()
    {
        var inputs = AllGood() with { Components = AllComponents.Remove(ComponentNames.Supervisor) };
        var first = Decide(inputs);
        Assert.Equal((Resolution.SelfHealing, "wait"), (Assert.Single(first.Blockers).Resolution, Assert.Single(first.PathToOk).Action));
        var soon = Decide(inputs with { Now = Now.AddSeconds(29) }, first);
        Assert.Equal("wait", Assert.Single(soon.PathToOk).Action);
        var late = Decide(inputs with { Now = Now.AddSeconds(30) }, soon);
        Assert.Equal((Resolution.Manual, "inspect"), (Assert.Single(late.Blockers).Resolution, Assert.Single(late.PathToOk).Action));
    }

    [Fact]
    public void Wording_OfAFix_DecidesNoStep()
    {
        var told = Why(Codes.IntegrationVerifyFailed) with { SuggestedFix = "No action is enough: replace the key." };
        Assert.Equal(["fix_env ibkr", "verify ibkr"], Steps(Decide(AllGood(Provider("ibkr", "broker", ProviderState.ConfiguredNotConnected, reasons: told, required: true)))));
        var waits = told with { Resolution = Resolution.Waits, SuggestedFix = "Wait." };
        Assert.Equal(["wait ibkr"], Steps(Decide(AllGood(Provider("ibkr", "broker", ProviderState.ConfiguredNotConnected, reasons: waits, required: true)))));
    }

    private static IEnumerable<string> Steps(GateSnapshot decision) => decision.PathToOk.Select(s => $"{s.Action} {s.Provider}");
}
