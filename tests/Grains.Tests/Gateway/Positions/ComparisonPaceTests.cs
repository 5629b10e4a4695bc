using ControlPlane.Grains.Gateway.Positions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Gateway.Positions;

public sealed class ComparisonPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void ComparisonThatDoesNotHelp_IsMadeAgainFurtherAwayEachTime_AndNeverBeyondFiveMinutes()
    {
        var pace = new ComparisonPace(_time);
        foreach (var seconds in new[] { 5, 10, 20, 40, 80, 160, 300, 300 })
        {
            Assert.True(pace.IsDue("a", known: false));
            pace.Compared("a", helped: false);
            _time.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.False(pace.IsDue("a", known: false), $"{seconds}");
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void PositionThatStands_IsComparedEachMinute_AndAtOnceWhenItNoLongerStands()
    {
        var pace = new ComparisonPace(_time);
        pace.Compared("a", helped: true);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((false, true), (pace.IsDue("a", known: true), pace.IsDue("a", known: false)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(pace.IsDue("a", known: true));
        pace.Keep([]);
        Assert.True(pace.IsDue("a", known: true));
    }
}
