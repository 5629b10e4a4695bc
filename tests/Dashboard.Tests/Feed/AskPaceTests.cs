using ControlPlane.Dashboard.Feed;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Dashboard.Tests.Feed;

public sealed class AskPaceTests
{
    [Fact]
    public void NothingChanges_ItAsksOnceAMinute()
    {
        var (time, asked) = (new FakeTimeProvider(), 0);
        var pace = new AskPace(time);
        for (var second = 0; second < 600; second++, time.Advance(TimeSpan.FromSeconds(1)))
        {
            if (!pace.IsDue(1L)) continue;
            asked++;
            pace.Asked();
        }

        // What was there at the beginning counts as a change once.
        Assert.InRange(asked, 10, 17);
    }

    [Fact]
    public void Change_IsFollowedSoon_AndForAWhile()
    {
        var time = new FakeTimeProvider();
        var pace = new AskPace(time);
        Assert.True(pace.IsDue(1L));
        pace.Asked();
        time.Advance(AskPace.Follows + AskPace.Soon);
        pace.Asked();
        time.Advance(AskPace.Soon);
        Assert.False(pace.IsDue(1L));
        Assert.True(pace.IsDue(2L));
        pace.Asked();
        Assert.False(pace.IsDue(3L));
        time.Advance(AskPace.Soon);
        Assert.True(pace.IsDue(3L));
    }
}
