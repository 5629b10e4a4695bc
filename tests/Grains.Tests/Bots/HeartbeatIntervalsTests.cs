using ControlPlane.Grains.Bots.Runners;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Bots;

public sealed class HeartbeatIntervalsTests
{
    [Fact]
    public void Heartbeats_AHundredASecond_CountOncePerInterval()
    {
        var clock = new FakeTimeProvider();
        var intervals = new HeartbeatIntervals(clock, renewSeconds: 10);
        var counted = 0;
        for (var i = 0; i < 6_000; i++)
        {
            if (intervals.Counts(clock.GetTimestamp())) counted++;
            clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(counted, 6, 7);
    }

    [Fact]
    public void Heartbeats_ALittleEarly_AllCount()
    {
        var clock = new FakeTimeProvider();
        var intervals = new HeartbeatIntervals(clock, renewSeconds: 10);
        var counted = 0;
        for (var i = 0; i < 100; i++)
        {
            if (intervals.Counts(clock.GetTimestamp())) counted++;
            clock.Advance(TimeSpan.FromSeconds(9.8));
        }

        Assert.InRange(counted, 98, 100);
    }
}
