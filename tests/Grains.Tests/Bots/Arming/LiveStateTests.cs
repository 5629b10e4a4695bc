using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Arming;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Bots.Arming;

public sealed class LiveStateTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly BotRecords _store = new();
    private readonly NodeGate _gate;
    private readonly LiveState _live;

    public LiveStateTests()
    {
        _gate = new(_clock);
        _live = new(_store.Record, new(_clock), _gate, new RiskOptions());
        Hear(1, fence: 3);
    }

    [Fact]
    public void Arming_EndsWithTheConfigurationThatItWasFor()
    {
        Arm();
        Assert.True(_live.Trading.Armed);
        _store.Record.State.Spec = BotRecords.Spec with { Requires = ["oanda"] };
        Assert.False(_live.Trading.Armed);
    }

    [Fact]
    public void Arming_EndsWithAnotherFence_AndWithTheSystemsKill()
    {
        Arm();
        Hear(2, fence: 4);
        Assert.Equal(TimeSpan.Zero, _live.Left);
        Arm();
        Hear(3, fence: 4, killed: true);
        Assert.False(_live.Trading.Armed);
    }

    [Fact]
    public void Mark_OfAnArmingThatIsBeingWritten_FailsWithWhatCameMeanwhile()
    {
        var (mark, configuration) = (_live.Mark(), _live.Configuration);
        Assert.True(_live.Holds(mark, configuration));
        Assert.False(_live.Holds(mark, "another"));
        _live.Disarm();
        Assert.False(_live.Holds(mark, configuration));
        mark = _live.Mark();
        Hear(2, fence: 4);
        Assert.False(_live.Holds(mark, configuration));
    }

    private void Arm() => _live.Arm(_live.Configuration, _live.Mark(), TimeSpan.FromMinutes(1), "operator");

    private void Hear(long version, long fence, bool killed = false)
    {
        var system = new GateSnapshot { Epoch = 1, Version = version, Status = SystemStatus.Ok, TradingState = TradingState.Active, Fence = fence, Kill = killed ? new(true, "x", "operator", default, true) : KillSwitch.Released };
        Assert.True(_gate.Apply(new(new(1, version, 0), 3_000, system, BotsComplete: true, []), _clock.GetTimestamp()));
    }
}
