using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Hosts;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Integrations;

public sealed class ProviderMovesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ProviderMoves _moves;

    public ProviderMovesTests() => _moves = new(_time);

    [Fact]
    public void Claim_NothingSeenConnectedYet_IsAStart()
    {
        Assert.False(_moves.Claim("polygon"));
        _moves.Heard(Update(ProviderState.ConfiguredNotConnected), default);
        Assert.False(_moves.Claim("polygon"));
    }

    [Fact]
    public void Claim_SeenConnectedByThisProcess_IsAMove_AlsoWhenTheNextGateKnowsNothing()
    {
        _moves.Heard(Update(ProviderState.Connected), default);
        _moves.Heard(Update(ProviderState.ConfiguredNotConnected), default);
        Assert.True(_moves.Claim("polygon"));
        Assert.False(_moves.Claim("oanda"));
    }

    [Fact]
    public void Claim_OverAndOver_CountsAsStartsAgain_UntilTimeHasPassed()
    {
        _moves.Heard(Update(ProviderState.Degraded), default);
        for (var i = 0; i < ProviderMoves.Free; i++) Assert.True(_moves.Claim("polygon"));
        Assert.False(_moves.Claim("polygon"));
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.True(_moves.Claim("polygon"));
    }

    private static GateUpdate Update(ProviderState state) => new(
        new GatePosition(1, 1, 0),
        3_000,
        new GateSnapshot
        {
            Epoch = 1,
            Version = 1,
            Status = SystemStatus.Ok,
            TradingState = TradingState.Active,
            Providers = ImmutableDictionary<string, ProviderCondition>.Empty.Add("polygon", new("polygon", "Polygon", "market_data", state, [], [], null)),
        },
        true,
        []);
}
