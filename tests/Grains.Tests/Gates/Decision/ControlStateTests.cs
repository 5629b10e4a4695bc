using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Decision.Controls;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Gates.Decision;

public sealed class ControlStateTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ControlState _state;

    public ControlStateTests() => _state = new(_time);

    [Fact]
    public void Live_EndsByItself_AndNotBefore()
    {
        _state.Arm(new LiveTrading(true, _time.GetUtcNow().AddMinutes(1), "anna"), TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromSeconds(59));
        _state.EndLiveWhenOver();
        Assert.True(_state.Live.Armed);
        _time.Advance(TimeSpan.FromSeconds(1));
        _state.EndLiveWhenOver();
        Assert.Equal((LiveTrading.Disarmed, 0), (_state.Live, _state.Disarmings));
    }

    [Fact]
    public void Disarm_EvenWhenNothingIsArmed_IsSeenByAnArmingUnderWay()
    {
        _state.Disarm();
        Assert.Equal(1, _state.Disarmings);
    }

    [Fact]
    public void Kill_IsShownOnlyWhenSaid()
    {
        _state.Kills.Take(new KillOrder(Guid.NewGuid(), null, "test", Caller.System(""), _time.GetUtcNow()));
        Assert.False(_state.Kill.Engaged);
        _state.ShowSwitch();
        Assert.True(_state.Answer(true, null, null).Kill.Engaged);
    }

    [Theory]
    [InlineData(true, "X", null)]
    [InlineData(false, "X", "X")]
    [InlineData(false, null, Codes.DataUnavailable)]
    public void CodeOf_NamesWhyNothingWasDone(bool done, string? code, string? expected) =>
        Assert.Equal(expected, ControlState.CodeOf(_state.Answer(done, code, null)));
}
