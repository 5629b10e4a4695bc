using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Policy;
using static ControlPlane.Grains.Tests.Gates.GateFixtures;

namespace ControlPlane.Grains.Tests.Bots;

public sealed class BotReadinessTests
{
    private static readonly KillSwitch s_killed = new(true, "x", "operator", Now, true);

    [Fact]
    public void Bot_WhoseRequirementsHold_IsOk_UnlessItsRunnerWasLost()
    {
        foreach (var runner in Enum.GetValues<RunnerState>())
        {
            var lost = runner is RunnerState.Lost or RunnerState.StartTimedOut;
            var readiness = Evaluate(Bot(["polygon", "alpaca"]) with { Runner = runner }, AllGood());
            Assert.Equal(lost ? SystemStatus.Degraded : SystemStatus.Ok, readiness.Status);
            Assert.Equal(lost ? [Codes.RunnerLost] : [], readiness.Blockers.Select(b => b.Code));
            Assert.Equal(lost ? ["inspect "] : [], Steps(readiness));
        }
    }

    [Fact]
    public void WhatDegradesTheSystem_DegradesTheBotsThatNeedIt_AndNoOther()
    {
        var inputs = AllGood(Provider("oanda", "broker", ProviderState.Degraded));
        Assert.Equal(SystemStatus.Degraded, Decide(inputs).Status);
        Assert.Equal(SystemStatus.Degraded, Evaluate(Bot(["oanda"]), inputs).Status);
        Assert.Equal(SystemStatus.Degraded, Evaluate(Bot([]), inputs).Status);
        Assert.Equal(SystemStatus.Ok, Evaluate(Bot(["polygon", "alpaca"]), inputs).Status);

        // Where the gate holds by a degraded provider alone, nobody opens anything.
        var reducing = Inputs(Provider("polygon", "market_data", ProviderState.Degraded), Provider("alpaca", "broker", ProviderState.Connected), Provider("openai", "llm", ProviderState.Connected));
        Assert.Equal(SystemStatus.Degraded, Evaluate(Bot(["alpaca"]), reducing).Status);
        var telemetry = AllGood() with { TelemetryLost = new(Codes.TelemetryLost, Severity.Degraded, "Lost.", "Look.", Now) };
        Assert.Equal((SystemStatus.Degraded, SystemStatus.Ok), (Decide(telemetry).Status, Evaluate(Bot([]), telemetry).Status));
    }

    [Fact]
    public void Bot_ThatRequiresWhatTheSystemDoesNotNeed_IsBlockedAlone()
    {
        var inputs = AllGood(Provider("oanda", "broker", ProviderState.NotConfigured), Provider("discord", "notification", ProviderState.ConfiguredNotConnected));
        Assert.Equal(SystemStatus.Ok, Decide(inputs).Status);
        var readiness = Evaluate(Bot(["polygon", "oanda", "discord", "nobody"]), inputs);
        Assert.Equal(SystemStatus.Blocked, readiness.Status);
        Assert.Equal(
            [(Codes.IntegrationKeyMissing, "oanda"), (Codes.IntegrationVerifyFailed, "discord"), (Codes.UnknownProvider, "nobody")], readiness.Blockers.Select(b => (b.Code, b.Provider)));
        Assert.All(readiness.Blockers, b => Assert.Equal(("bot", "b1"), (b.Scope, b.BotId)));
        Assert.Equal(["fix_env discord", "verify discord", "inspect nobody", "set_env oanda", "verify oanda"], Steps(readiness));
    }

    [Fact]
    public void Bot_ThatRequiresAProviderWithoutVerify_IsDegradedAndNotBlocked()
    {
        var kraken = Provider("kraken", "broker", ProviderState.ConfiguredNotConnected, false, 5, Why(Codes.IntegrationNeverVerified, Severity.Info)) with { Verifiable = false };
        var unset = Provider("tradestation", "broker", ProviderState.NotConfigured) with { Verifiable = false };
        var inputs = AllGood(kraken, unset);

        Assert.Equal(SystemStatus.Ok, Evaluate(Bot(["polygon"]), inputs).Status);

        var readiness = Evaluate(Bot(["polygon", "kraken"]), inputs);
        Assert.Equal(SystemStatus.Degraded, readiness.Status);
        var blocker = Assert.Single(readiness.Blockers);
        Assert.Equal((Codes.IntegrationNeverVerified, Severity.Degraded, "kraken"), (blocker.Code, blocker.Severity, blocker.Provider));
        Assert.Contains("nobody can prove its key", blocker.Message, StringComparison.Ordinal);

        Assert.Equal(SystemStatus.Blocked, Evaluate(Bot(["polygon", "tradestation"]), inputs).Status);
    }

    [Fact]
    public void Path_UsesTheBotsOwnRequirement_ForTheSystemsGateToo()
    {
        // Any broker opens the gate; this bot requires oanda, so that oanda alone is the shortest way.
        var inputs = Inputs(
            Provider("polygon", "market_data", ProviderState.Connected),
            Provider("openai", "llm", ProviderState.Connected),
            Provider("alpaca", "broker", ProviderState.NotConfigured),
            Provider("oanda", "broker", ProviderState.NotConfigured));
        Assert.Equal(["set_env oanda", "verify oanda"], Steps(Evaluate(Bot(["polygon", "oanda"]), inputs)));
        Assert.Equal(["set_env alpaca", "verify alpaca"], Steps(Evaluate(Bot(["polygon"]), inputs)));
    }

    [Fact]
    public void Path_SparesNoProviderThatTheSystemItselfRequires()
    {
        var inputs = Inputs(
            Provider("polygon", "market_data", ProviderState.ConfiguredNotConnected),
            Provider("databento", "market_data", ProviderState.NotConfigured, required: true),
            Provider("alpaca", "broker", ProviderState.Connected),
            Provider("openai", "llm", ProviderState.Connected));
        Assert.Contains("set_env databento", Steps(Evaluate(Bot(["alpaca"]), inputs)));
    }

    [Fact]
    public void Bot_ThatDeclaresNothing_RequiresEveryGate_AlsoOneThatTheSystemCanDoWithout()
    {
        var inputs = Inputs(
            Provider("polygon", "market_data", ProviderState.Connected),
            Provider("alpaca", "broker", ProviderState.Connected),
            Provider("openai", "llm", ProviderState.NotConfigured),
            Provider("anthropic", "llm", ProviderState.ConfiguredNotConnected)) with
        {
            Policy = new PolicyOptions { Gates = ImmutableDictionary<string, GatePolicyOptions>.Empty.Add(GateNames.Llm, GatePolicyOptions.Default with { Required = false }) },
        };
        Assert.NotEqual(SystemStatus.Blocked, Decide(inputs).Status);
        var readiness = Evaluate(Bot([]), inputs);
        Assert.Equal([(Codes.IntegrationVerifyFailed, "anthropic")], readiness.Blockers.Where(b => b.Severity == Severity.Blocked).Select(b => (b.Code, b.Provider)));
        Assert.Equal(["fix_env anthropic", "verify anthropic"], Steps(readiness));
        Assert.NotEqual(SystemStatus.Blocked, Evaluate(Bot(["polygon"]), inputs).Status);

        // With no provider of the category at all there is nothing to set.
        var none = inputs with { Providers = [.. inputs.Providers.Where(p => p.Category != "llm")] };
        Assert.Equal(["inspect "], Steps(Evaluate(Bot([]), none)));
    }

    [Fact]
    public void Degraded_RequiredProvider_DegradesTheBotAlone()
    {
        var inputs = AllGood(Provider("oanda", "broker", ProviderState.Degraded));
        Assert.Equal(SystemStatus.Degraded, Evaluate(Bot(["oanda"]), inputs).Status);
        Assert.DoesNotContain(Evaluate(Bot(["oanda"]), inputs).Blockers, b => b.Severity == Severity.Blocked);
    }

    [Fact]
    public void Blockers_StandInTheContractsOrder_AndThePathEndsWithPeople()
    {
        var inputs = AllGood(Provider("oanda", "broker", ProviderState.NotConfigured)) with { Kill = s_killed };
        var readiness = Evaluate(Bot(["oanda"], TradingMode.Live) with { Kill = s_killed }, inputs, TradingMode.Live);
        Assert.Equal(
            [Codes.KillSwitchEngaged, Codes.KillSwitchEngaged, Codes.IntegrationKeyMissing, Codes.LiveNotArmed, Codes.LiveNotArmed, Codes.TierTooLow], readiness.Blockers.Select(b => b.Code));
        Assert.Equal(["set_env", "verify", "release_kill", "release_kill", "promote", "arm_live", "arm_live"], readiness.PathToOk.Select(s => s.Action));
        Assert.All(readiness.Blockers, b => Assert.False(string.IsNullOrEmpty(b.SuggestedFix)));
        Assert.Equal(Enumerable.Range(1, 7), readiness.PathToOk.Select(s => s.Step));
    }

    [Fact]
    public void Live_NeedsModeArmingOfBothAndTier_PaperNeedsNone()
    {
        var armed = new LiveTrading(true, Now.AddMinutes(5), "operator");
        var inputs = AllGood() with { Live = armed };
        var bot = Bot(["polygon"], TradingMode.Live) with { Live = armed, Tier = AutonomyTier.Supervised };
        Assert.Equal(SystemStatus.Ok, Evaluate(bot, inputs, TradingMode.Live).Status);
        foreach (var (lacking, code) in new[]
        {
            (bot with { Live = LiveTrading.Disarmed }, Codes.LiveNotArmed),
            (bot with { Tier = AutonomyTier.Paper }, Codes.TierTooLow),
            (Bot(["polygon"]) with { Live = armed, Tier = AutonomyTier.Autonomous }, Codes.LiveNotArmed),
        })
        {
            Assert.Equal([code], Evaluate(lacking, inputs, TradingMode.Live).Blockers.Select(b => b.Code));
            Assert.Equal(SystemStatus.Ok, Evaluate(lacking, inputs, TradingMode.Paper).Status);
        }

        Assert.Equal([Codes.LiveNotArmed], Evaluate(bot, AllGood(), TradingMode.Live).Blockers.Select(b => b.Code));
    }

    [Fact]
    public void Node_WithoutALease_BlocksWithThatReason()
    {
        var expired = new NodeGateReading(Decide(AllGood()), default, 0, Now);
        foreach (var reading in new[] { expired, new NodeGateReading(null, default, 0, null) })
        {
            var readiness = BotReadinessPolicy.Evaluate(Bot(["polygon"]), reading, TradingMode.Paper, Now);
            Assert.Equal(SystemStatus.Blocked, readiness.Status);
            Assert.Equal([Codes.GateLeaseExpired], readiness.Blockers.Select(b => b.Code));
            Assert.Equal(["wait"], readiness.PathToOk.Select(s => s.Action));
        }
    }

    private static IEnumerable<string> Steps(BotReadiness readiness) => readiness.PathToOk.Select(s => $"{s.Action} {s.Provider}");

    private static BotReadiness Evaluate(BotFacts bot, GateInputs inputs, TradingMode mode = TradingMode.Paper) =>
        BotReadinessPolicy.Evaluate(bot, new NodeGateReading(Decide(inputs), default, 3_000, Now), mode, Now);

    private static BotFacts Bot(ImmutableSortedSet<string> requires, TradingMode mode = TradingMode.Paper) => new(
        "b1", new BotSpec("b", null, requires, mode, ImmutableSortedDictionary<string, decimal>.Empty), AutonomyTier.Observe, KillSwitch.Released, LiveTrading.Disarmed, RunnerState.Stopped, RunnerTrouble.None);
}
