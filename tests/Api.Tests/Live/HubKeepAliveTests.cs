using ControlPlane.Api.Live;
using ControlPlane.Api.Live.Hub;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Live;

/// <summary>Who is held to read, and by which clock.</summary>
public sealed class HubKeepAliveTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);
    private readonly FakeTimeProvider _time = new();
    private readonly LagCompensatedClock _kept;
    private readonly HubKeepAlive _pulse;

    public HubKeepAliveTests()
    {
        _kept = new LagCompensatedClock(_time);
        _pulse = new HubKeepAlive(_kept);
    }

    [Fact]
    public void Silent_WhileTheProcessKeepsUp_IsOverAfterTheLimit()
    {
        Ask();
        Pass(TimeSpan.FromSeconds(0.9), LiveTimes.Tick);
        Assert.False(_pulse.IsOver(_kept.Now, s_limit));
        Pass(TimeSpan.FromSeconds(0.2), LiveTimes.Tick);
        Assert.True(_pulse.IsOver(_kept.Now, s_limit));
    }

    [Fact]
    public void Silent_WhileTheProcessIsLate_IsNotHeldAgainstIt()
    {
        Ask();
        Pass(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1));
        Assert.False(_pulse.IsOver(_kept.Now, s_limit));
        Pass(s_limit, LiveTimes.Tick);
        Assert.True(_pulse.IsOver(_kept.Now, s_limit));
    }

    [Fact]
    public void Heard_Anything_OwesNothingUntilItIsAskedAgain()
    {
        Ask();
        Pass(TimeSpan.FromSeconds(0.9), LiveTimes.Tick);
        _pulse.Heard();
        Pass(TimeSpan.FromSeconds(5), LiveTimes.Tick);
        Assert.False(_pulse.IsOver(_kept.Now, s_limit));
        Assert.False(_pulse.TryAsk());
        Ask();
        Pass(TimeSpan.FromSeconds(1.1), LiveTimes.Tick);
        Assert.True(_pulse.IsOver(_kept.Now, s_limit));
    }

    [Fact]
    public void Asked_Again_CountsFromTheFirstTime()
    {
        Ask();
        Pass(TimeSpan.FromSeconds(0.9), LiveTimes.Tick);
        _pulse.AskNext();
        Assert.False(_pulse.TryAsk());
        Pass(TimeSpan.FromSeconds(0.2), LiveTimes.Tick);
        Assert.True(_pulse.IsOver(_kept.Now, s_limit));
    }

    private void Ask()
    {
        _pulse.AskNext();
        Assert.True(_pulse.TryAsk());
    }

    private void Pass(TimeSpan time, TimeSpan step)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            _time.Advance(step);
            _kept.Tick();
        }
    }
}
