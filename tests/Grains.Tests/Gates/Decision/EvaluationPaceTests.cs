using ControlPlane.Grains.Gates.Decision;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Gates.Decision;

public sealed class EvaluationPaceTests
{
    private static readonly TimeSpan s_usual = TimeSpan.FromMilliseconds(400);
    private readonly FakeTimeProvider _time = new();
    private readonly List<TimeSpan> _set = [];

    [Fact]
    public void Soon_IsFastForAMoment_ThenUsualAgain()
    {
        var pace = Pace(s_usual);
        pace.Round();
        Assert.Empty(_set);
        pace.Soon();
        pace.Soon();
        _time.Advance(EvaluationPace.FastFor - TimeSpan.FromMilliseconds(1));
        pace.Round();
        Assert.Equal([EvaluationPace.Fast], _set);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        pace.Round();
        pace.Round();
        Assert.Equal([EvaluationPace.Fast, s_usual], _set);
    }

    [Fact]
    public void Soon_WhileItIsFast_CountsAnew()
    {
        var pace = Pace(s_usual);
        pace.Soon();
        _time.Advance(EvaluationPace.FastFor - TimeSpan.FromMilliseconds(1));
        pace.Soon();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        pace.Round();
        Assert.Equal([EvaluationPace.Fast], _set);
    }

    [Fact]
    public void Soon_TheUsualPaceIsNoSlower_IsNotSet()
    {
        Pace(EvaluationPace.Fast).Soon();
        Assert.Empty(_set);
    }

    private EvaluationPace Pace(TimeSpan usual) => new(usual, _time, _set.Add);
}
