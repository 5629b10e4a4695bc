using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Policy;
using static ControlPlane.Grains.Tests.Gates.GateFixtures;

namespace ControlPlane.Grains.Tests.Gates;

/// <summary>A bot for which nothing is wrong may trade live; each single thing that is wrong takes what it must.</summary>
public sealed class BotGatePolicyTests
{
    private static readonly GateSnapshot s_system = Decide(AllGood(Broker("live", ProviderState.Connected))) with { Live = new(true, null, "op") };
    private static readonly BotGateReport s_bot = new("b", Guid.Empty, 1, 1, 1000, s_system.Fence, Killed: false, Live: true, 1000, TierAllowsLive: true, ["okx"]);

    public static TheoryData<string, TradingState, bool> Wrongs => new()
    {
        { "nothing", TradingState.Active, true },
        { "no lease", TradingState.Halted, false },
        { "a lower fence", TradingState.Halted, false },
        { "its kill", TradingState.Halted, false },
        { "the system's kill", TradingState.Halted, false },
        { "a blocked system", TradingState.Halted, true },
        { "an unknown provider", TradingState.Halted, true },
        { "a provider that is away", TradingState.Halted, true },
        { "a degraded provider", TradingState.Reducing, true },
        { "a provider without a verify", TradingState.Reducing, true },
        { "its own calls fail", TradingState.Reducing, true },
        { "another bot's calls fail", TradingState.Active, true },
        { "a reducing system", TradingState.Reducing, true },
        { "a lease to reduce", TradingState.Reducing, true },
        { "the system is not armed", TradingState.Reducing, true },
        { "the bot is not armed", TradingState.Reducing, true },
        { "its tier", TradingState.Reducing, true },
        { "a paper broker", TradingState.Reducing, true },
    };

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void Bot_MayDoWhatIsLeft(string wrong, TradingState state, bool exits)
    {
        var (system, bot) = wrong switch
        {
            "a lower fence" => (s_system with { Fence = s_system.Fence + 1 }, s_bot),
            "its kill" => (s_system, s_bot with { Killed = true }),
            "the system's kill" => (s_system with { Status = SystemStatus.Blocked, TradingState = TradingState.Halted, Kill = new(true, "x", "op", Now, true) }, s_bot),
            "a blocked system" => (s_system with { Status = SystemStatus.Blocked, TradingState = TradingState.Halted }, s_bot),
            "an unknown provider" => (s_system, s_bot with { Requires = ["okx", "nobody"] }),
            "a provider that is away" => (With("llm9", p => p with { State = ProviderState.ConfiguredNotConnected }), s_bot with { Requires = ["okx", "llm9"] }),
            "a degraded provider" => (With("okx", p => p with { State = ProviderState.Degraded }), s_bot),
            "a provider without a verify" => (With("llm9", p => p with { State = ProviderState.ConfiguredNotConnected, Verifiable = false }), s_bot with { Requires = ["okx", "llm9"] }),
            "its own calls fail" => (With("okx", p => p with { FailingBots = ["a", "b"] }), s_bot),
            "another bot's calls fail" => (With("okx", p => p with { FailingBots = ["a"] }), s_bot),
            "a reducing system" => (s_system with { TradingState = TradingState.Reducing }, s_bot),
            "a lease to reduce" => (s_system, s_bot with { ReduceOnly = true }),
            "the system is not armed" => (s_system with { Live = LiveTrading.Disarmed }, s_bot),
            "its tier" => (s_system, s_bot with { TierAllowsLive = false }),
            "a paper broker" => (With("okx", p => p with { Environment = "paper" }), s_bot),
            _ => (s_system, s_bot),
        };
        var decision = BotGatePolicy.Decide(system, bot, leaseLive: wrong != "no lease", armedLive: wrong != "the bot is not armed");
        Assert.Equal((state, exits), (decision.State, decision.Exits));
        Assert.Equal(state == TradingState.Active, decision.Codes.IsEmpty);
    }

    private static GateSnapshot With(string id, Func<ProviderCondition, ProviderCondition> change) =>
        s_system with { Providers = s_system.Providers.SetItem(id, change(s_system.Providers["okx"] with { Provider = id, Category = id == "okx" ? "broker" : "llm" })) };

    private static ProviderInput Broker(string environment, ProviderState state)
    {
        var provider = Provider("okx", "broker", state);
        return provider with { Evidence = provider.Evidence! with { Environment = environment, Capabilities = [new(Capability.Trade, CapabilityStatus.Proven)] } };
    }
}
