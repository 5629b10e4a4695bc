using ControlPlane.Grains.Bots.Runners;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Bots;

public sealed class StartPaceTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Wait_AfterThreeStartsInAMinute_IsTwentySecondsAtMost_AndEndsWithTheMinute()
    {
        var pace = new StartPace(_clock);
        for (var i = 0; i < StartPace.Free; i++)
        {
            Assert.Null(pace.Wait("r1", "10.0.0.1"));
            pace.Add("r1", "10.0.0.1", underLease: false);
            _clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(TimeSpan.FromSeconds(20), pace.Wait("r1", "10.0.0.1"));
        _clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(TimeSpan.FromSeconds(5), pace.Wait("r1", "10.0.0.1"));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(pace.Wait("r1", "10.0.0.1"));
        Assert.Null(pace.Restarting());
    }

    [Fact]
    public void Wait_OfAnotherRunnerOrAddress_IsNone()
    {
        var pace = new StartPace(_clock);
        for (var i = 0; i < 5; i++) pace.Add("r1", "10.0.0.1", underLease: false);
        Assert.NotNull(pace.Wait("r1", "10.0.0.1"));
        Assert.Null(pace.Wait("r2", "10.0.0.1"));
        Assert.Null(pace.Wait("r1", "10.0.0.2"));
        Assert.Null(pace.Wait("r1", null));
    }

    [Fact]
    public void Restarting_FromTwoAddressesUnderOneLease_IsTold_AMoveIsNot()
    {
        var moved = new StartPace(_clock);
        moved.Add("r1", "10.0.0.1", underLease: false);
        moved.Add("r1", "10.0.0.2", underLease: false);
        Assert.Null(moved.Restarting());

        var two = new StartPace(_clock);
        two.Add("r1", "10.0.0.1", underLease: false);
        two.Add("r1", "10.0.0.2", underLease: true);
        Assert.True(two.Restarting()!.Value.TwoAddresses);
        var since = two.Restarting()!.Value.Since;
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(since, two.Restarting()!.Value.Since);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(two.Restarting());
    }
}
