using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Policy;
using static ControlPlane.Grains.Tests.Gates.GateFixtures;

namespace ControlPlane.Grains.Tests.Gates;

public sealed class LiveBrokerPolicyTests
{
    [Theory]
    [InlineData("live", CapabilityStatus.Proven, true)]
    [InlineData("live", CapabilityStatus.Unknown, true)]
    [InlineData("live", CapabilityStatus.Missing, false)]
    [InlineData("paper", CapabilityStatus.Proven, false)]
    [InlineData("demo", CapabilityStatus.Proven, false)]
    [InlineData(null, CapabilityStatus.Proven, false)]
    public void IsVerified_BrokerOfThisEnvironment_CountsWhenItIsLiveAndMayTrade(string? environment, CapabilityStatus trade, bool counts)
    {
        var system = Decide(AllGood(Broker("okx", environment, trade)));

        Assert.Equal(counts, LiveBrokerPolicy.IsVerified(system, ["okx"]));
    }

    [Fact]
    public void IsVerified_BotThatRequiresAPaperBroker_IsNotServedByAnotherLiveOne()
    {
        var system = Decide(AllGood(Broker("okx", "live", CapabilityStatus.Proven), Broker("oanda", "demo", CapabilityStatus.Implied)));

        Assert.False(LiveBrokerPolicy.IsVerified(system, ["polygon", "oanda"]));
        Assert.True(LiveBrokerPolicy.IsVerified(system, ["polygon"]));
        Assert.True(LiveBrokerPolicy.IsVerified(system, []));
    }

    private static ProviderInput Broker(string id, string? environment, CapabilityStatus trade)
    {
        var provider = Provider(id, "broker", ProviderState.Connected);
        return provider with { Evidence = provider.Evidence! with { Environment = environment, Capabilities = [new(Capability.Trade, trade)] } };
    }
}
