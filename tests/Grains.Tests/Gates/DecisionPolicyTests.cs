using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Policy;
using static ControlPlane.Grains.Tests.Gates.GateFixtures;

namespace ControlPlane.Grains.Tests.Gates;

public sealed class DecisionPolicyTests
{
    [Fact]
    public void Decide_EverythingProven_IsOkAndActive()
    {
        var decision = Decide(AllGood());
        Assert.Equal(SystemStatus.Ok, decision.Status);
        Assert.Equal(TradingState.Active, decision.TradingState);
        Assert.Empty(decision.Blockers);
        Assert.Empty(decision.PathToOk);
        Assert.Equal(GateNames.All, decision.Gates.Select(g => g.Gate));
    }

    [Fact]
    public void Decide_NoSecretsAtAll_NamesTheCheapestKeyOfEachGate()
    {
        var decision = Decide(Inputs(
            Provider("databento", "market_data", ProviderState.NotConfigured),
            Provider("polygon", "market_data", ProviderState.NotConfigured),
            Provider("alpaca", "broker", ProviderState.NotConfigured),
            Provider("openai", "llm", ProviderState.NotConfigured)));
        Assert.Equal(SystemStatus.Blocked, decision.Status);
        Assert.False(decision.AutonomyAllowed);
        Assert.Equal(["polygon", "alpaca", "openai"], decision.Blockers.Select(b => b.Provider));
        Assert.All(decision.Blockers, b => Assert.Equal(Codes.IntegrationKeyMissing, b.Code));
        Assert.Equal(["set_env", "verify", "set_env", "verify", "set_env", "verify"], decision.PathToOk.Select(s => s.Action));
        Assert.Equal([1, 2, 3, 4, 5, 6], decision.PathToOk.Select(s => s.Step));
        Assert.Equal(["POLYGON_API_KEY"], decision.PathToOk[0].Variables.ToArray());
        Assert.Equal("NoProviderConfigured", decision.Gates[0].Reason);
    }

    [Fact]
    public void Decide_VerifiedAndNotYetOpen_AsksNobodyForAnything()
    {
        var inputs = AllGood();
        var decision = DecisionPolicy.Decide(inputs, EverythingOpen(inputs).Remove(OpeningHysteresis.Provider("polygon")), null, out _);
        Assert.Equal(SystemStatus.Blocked, decision.Status);
        var blocker = Assert.Single(decision.Blockers);
        var step = Assert.Single(decision.PathToOk);
        Assert.Equal(("wait", blocker.SuggestedFix), (step.Action, step.Text));
    }

    [Fact]
    public void Decide_GateHeldByDegradedProviderOnly_IsReducing()
    {
        var decision = Decide(Inputs(
            Provider("polygon", "market_data", ProviderState.Degraded),
            Provider("alpaca", "broker", ProviderState.Connected),
            Provider("openai", "llm", ProviderState.Connected)));
        Assert.Equal(SystemStatus.Degraded, decision.Status);
        Assert.Equal(TradingState.Reducing, decision.TradingState);
        Assert.True(decision.Gates[0].Healthy);
        Assert.Equal(Severity.Degraded, Assert.Single(decision.Blockers).Severity);
    }

    [Fact]
    public void Decide_AnotherConfiguredProviderFailing_DegradesButStaysActive()
    {
        var decision = Decide(AllGood(Provider("databento", "market_data", ProviderState.ConfiguredNotConnected)));
        Assert.Equal(SystemStatus.Degraded, decision.Status);
        Assert.Equal(TradingState.Active, decision.TradingState);
        var blocker = Assert.Single(decision.Blockers);
        Assert.Equal(("databento", Severity.Degraded), (blocker.Provider, blocker.Severity));
    }

    [Fact]
    public void Decide_RequiredProviderNotConnected_Blocks()
    {
        var decision = Decide(AllGood(Provider("discord", "notification", ProviderState.ConfiguredNotConnected, required: true)));
        Assert.Equal(SystemStatus.Blocked, decision.Status);
        Assert.Equal("discord", Assert.Single(decision.Blockers).Provider);
        Assert.All(decision.Gates, g => Assert.True(g.Healthy));
    }

    [Fact]
    public void Decide_ProviderOutsideTheGates_ChangesNothing()
    {
        Assert.Equal(SystemStatus.Ok, Decide(AllGood(Provider("discord", "notification", ProviderState.ConfiguredNotConnected))).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_KillEngaged_BlocksWithoutTurningAGate(bool durable)
    {
        var decision = Decide(AllGood() with { Kill = new(true, "drill", "op", Now, durable) });
        Assert.Equal(SystemStatus.Blocked, decision.Status);
        Assert.Equal(TradingState.Halted, decision.TradingState);
        Assert.All(decision.Gates, g => Assert.True(g.Healthy));
        Assert.Equal(Codes.KillSwitchEngaged, decision.Blockers[0].Code);
        Assert.Equal("release_kill", Assert.Single(decision.PathToOk).Action);
    }

    [Fact]
    public void Decide_StoreLost_Blocks()
    {
        var decision = Decide(AllGood() with { StoreLost = Why(Codes.DataUnavailable) });
        Assert.Equal(SystemStatus.Blocked, decision.Status);
        Assert.Equal(Codes.DataUnavailable, Assert.Single(decision.Blockers).Code);
    }

    [Fact]
    public void Decide_BlockersOfSeveralKinds_StandInTheContractsOrder()
    {
        var inputs = Inputs(
            Provider("polygon", "market_data", ProviderState.ConfiguredNotConnected),
            Provider("alpaca", "broker", ProviderState.NotConfigured),
            Provider("openai", "llm", ProviderState.Degraded)) with
        {
            Kill = new(true, "x", "op", Now, true),
            StoreLost = Why(Codes.DataUnavailable),
            Components = AllComponents.Remove(ComponentNames.Supervisor),
        };
        Assert.Equal(
            [Codes.KillSwitchEngaged, Codes.IntegrationKeyMissing, Codes.IntegrationVerifyFailed, Codes.SupervisorLoopInactive, Codes.DataUnavailable, Codes.IntegrationVerifyInconclusive],
            Decide(inputs).Blockers.Select(b => b.Code));
    }

    [Fact]
    public void Decide_GateNotRequired_LetsTheSystemBeOk()
    {
        var inputs = Inputs(Provider("polygon", "market_data", ProviderState.Connected), Provider("alpaca", "broker", ProviderState.Connected)) with
        {
            Policy = new PolicyOptions { Gates = new PolicyOptions().Gates.Add(GateNames.Llm, new(false, [], [])) },
        };
        var decision = Decide(inputs);
        Assert.Equal(SystemStatus.Ok, decision.Status);
        Assert.False(decision.Gates.Single(g => g.Gate == GateNames.Llm).Healthy);
    }

    [Fact]
    public void Decide_AllOfWithOneMissing_NamesThatOne()
    {
        var inputs = AllGood(Provider("databento", "market_data", ProviderState.NotConfigured)) with
        {
            Policy = new PolicyOptions { Gates = new PolicyOptions().Gates.Add(GateNames.DataFeeds, new(true, [], ["polygon", "databento"])) },
        };
        var decision = Decide(inputs);
        Assert.Equal(SystemStatus.Blocked, decision.Status);
        Assert.Equal("databento", Assert.Single(decision.Blockers).Provider);
    }

    [Fact]
    public void Decide_AnyOfWithoutTheConnectedOne_Blocks()
    {
        var inputs = AllGood(Provider("databento", "market_data", ProviderState.NotConfigured)) with
        {
            Policy = new PolicyOptions { Gates = new PolicyOptions().Gates.Add(GateNames.DataFeeds, new(true, ["databento"], [])) },
        };
        Assert.Equal(SystemStatus.Blocked, Decide(inputs).Status);
    }

    [Fact]
    public void Decide_ProviderWithoutVerify_HoldsNoGate()
    {
        var inputs = Inputs(
            Provider("kraken", "broker", ProviderState.Connected) with { Verifiable = false },
            Provider("polygon", "market_data", ProviderState.Connected),
            Provider("openai", "llm", ProviderState.Connected));
        Assert.Equal(SystemStatus.Blocked, Decide(inputs).Status);
    }

    [Fact]
    public void Decide_SameBlockerAgain_KeepsItsSince()
    {
        var inputs = AllGood() with { Components = AllComponents.Remove(ComponentNames.RiskEngine) };
        var first = Decide(inputs);
        var later = Decide(inputs with { Now = Now.AddSeconds(20) }, first);
        Assert.Equal(first.Blockers[0].Since, later.Blockers[0].Since);
        Assert.True(DecisionComparison.SameSubstance(first, later));
    }

    [Fact]
    public void Decide_TwoFailingProvidersOfAGate_PathFixesOneOfThem()
    {
        var decision = Decide(Inputs(
            Provider("polygon", "market_data", ProviderState.ConfiguredNotConnected, reasons: Why(Codes.IntegrationVerifyFailed)),
            Provider("databento", "market_data", ProviderState.ConfiguredNotConnected, reasons: Why(Codes.IntegrationNeverVerified)),
            Provider("alpaca", "broker", ProviderState.Connected),
            Provider("openai", "llm", ProviderState.Connected)));
        Assert.Equal(2, decision.Blockers.Length);
        var step = Assert.Single(decision.PathToOk);
        Assert.Equal(("verify", "databento"), (step.Action, step.Provider));
    }
}
