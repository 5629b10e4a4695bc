using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Suspension;
using ControlPlane.Grains.Tests.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Gates;

public sealed class SuspensionWatchTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestHostClock _host;
    private readonly SuspensionWatch _watch;

    public SuspensionWatchTests()
    {
        _host = new() { Time = _time };
        _watch = new(_host, _time, Options.Create(new GateOptions()), NullLogger<SuspensionWatch>.Instance);
    }

    public void Dispose() => _watch.Dispose();

    [Theory]
    [InlineData(60)]
    [InlineData(8 * 3600)]
    [InlineData(3 * 86400)]
    public void Look_TheHostSlept_StandsForOneLease(int seconds)
    {
        _host.Slept += TimeSpan.FromSeconds(seconds);
        _watch.Look();
        Assert.Equal((1, Codes.HostSuspended), (_watch.Count, _watch.Standing?.Code));
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.NotNull(_watch.Standing);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Null(_watch.Standing);
        Assert.Equal(1, _watch.Count);
    }

    [Fact]
    public void Look_OnlyTheWallClockTells_CountsAsSuspension()
    {
        _host.TellsSuspend = false;
        _host.Slept = TimeSpan.FromMinutes(1);
        _watch.Look();
        Assert.Equal(1, _watch.Count);
    }

    [Fact]
    public void Look_TheWallClockIsSetBackWhileTheHostSlept_CountsAsSuspension()
    {
        (_host.Slept, _host.WallAhead) = (TimeSpan.FromHours(8), TimeSpan.FromHours(-8));
        _watch.Look();
        Assert.Equal(1, _watch.Count);
    }

    [Theory]
    [InlineData(-86400)]
    [InlineData(-3600)]
    [InlineData(2.9)]
    public void Look_AStepBackOrOneBelowTheLease_ChangesNothing(double seconds)
    {
        _host.WallAhead = TimeSpan.FromSeconds(seconds);
        _watch.Look();
        Assert.Equal(0, _watch.Count);
        Assert.Null(_watch.Standing);
    }

    [Fact]
    public void Look_HappensByItselfWithinASecond()
    {
        _host.Slept = TimeSpan.FromMinutes(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _watch.Count);
    }

    [Fact]
    public void NodeGate_AfterASuspension_IsClosedForALeaseAndAsksForEverythingAnew()
    {
        var gate = new NodeGate(_time, _watch);
        Assert.True(gate.Apply(Open(complete: true), _time.GetTimestamp()));
        var bot = gate.For("b", 1);
        Assert.True(bot.Check().MayOpen);

        _host.Slept = TimeSpan.FromHours(8);
        Assert.Equal(default, gate.Read().Position);
        Assert.Equal((false, Codes.HostSuspended), (gate.Check().MayReduce, gate.Read().ClosedCode));
        Assert.Equal([Codes.HostSuspended], bot.Explain());

        // What amends something that was forgotten opens nothing; the whole picture opens nothing before a lease is over.
        Assert.False(gate.Apply(Open(complete: false), _time.GetTimestamp()));
        Assert.True(gate.Apply(Open(complete: true), _time.GetTimestamp()));
        Assert.False(gate.Check().MayReduce);
        _time.Advance(TimeSpan.FromSeconds(3.1));
        Assert.True(gate.Apply(Open(complete: true), _time.GetTimestamp()));
        Assert.True(bot.Check().MayOpen);
    }

    [Fact]
    public void HostClock_OfThisHost_NeverSeesAClockRunAheadWhileItIsAwake()
    {
        var clock = new HostClock(TimeProvider.System);
        var last = clock.Read();
        for (var i = 0; i < 1000; i++)
        {
            var now = clock.Read();
            Assert.True(now.AheadSince(last) < TimeSpan.FromSeconds(1), $"{now.AheadSince(last)}");
            last = now;
        }

        if (OperatingSystem.IsLinux()) Assert.NotNull(last.Suspended);
    }

    private static GateUpdate Open(bool complete) => new(
        new(1, 1, 1),
        3000,
        new GateSnapshot { Epoch = 1, Version = 1, Status = SystemStatus.Ok, TradingState = TradingState.Active, Gates = [], Blockers = [], PathToOk = [] },
        complete,
        complete ? [new BotGateEntry("b", 1, 30_000, TradingState.Active, false, [])] : ImmutableArray<BotGateEntry>.Empty);
}
