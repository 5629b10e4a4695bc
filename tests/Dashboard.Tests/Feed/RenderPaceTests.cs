using ControlPlane.Dashboard.Feed;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Dashboard.Tests.Feed;

public sealed class RenderPaceTests
{
    [Fact]
    public void Burst_IsDrawnAtOnceAndThenOnceAnInterval()
    {
        var time = new FakeTimeProvider();
        var drawn = 0;
        using var pace = new RenderPace(time, () => drawn++);
        pace.Touch();
        Assert.Equal(1, drawn);
        for (var i = 0; i < 50; i++)
        {
            pace.Touch();
            time.Advance(TimeSpan.FromMilliseconds(20));
        }

        Assert.InRange(drawn, 4, 5);
        time.Advance(RenderPace.Interval);
        var last = drawn;
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(last, drawn);
    }
}
