using ControlPlane.Grains.Gates.Policy;
using CsCheck;

namespace ControlPlane.Grains.Tests.Gates;

public sealed class OpeningHysteresisTests
{
    [Fact]
    public void Observe_FirstGoodEvaluation_StaysClosed()
    {
        var hysteresis = new OpeningHysteresis(2);
        Assert.Empty(hysteresis.Observe([("a", true)]));
        Assert.Equal(["a"], hysteresis.Observe([("a", true)]));
    }

    [Fact]
    public void CloseOnly_ManyGoodLooks_OpenNothing()
    {
        var hysteresis = new OpeningHysteresis(2);
        for (var i = 0; i < 10; i++) Assert.Empty(hysteresis.CloseOnly([("a", true)]));
    }

    [Fact]
    public void CloseOnly_OneBadLook_ClosesAtOnceAndStartsOver()
    {
        var hysteresis = new OpeningHysteresis(2);
        hysteresis.Observe([("a", true)]);
        hysteresis.Observe([("a", true)]);
        Assert.Empty(hysteresis.CloseOnly([("a", false)]));
        Assert.Empty(hysteresis.Observe([("a", true)]));
        Assert.NotEmpty(hysteresis.Observe([("a", true)]));
    }

    [Fact]
    public void Open_ImpliesAsManyGoodTimedEvaluationsInARow() => Gen.Select(Gen.Int[1, 4], Gen.Select(Gen.Bool, Gen.Bool).Array[0, 40]).Sample((openAfter, looks) =>
    {
        var hysteresis = new OpeningHysteresis(openAfter);
        var goodTimed = 0;
        foreach (var (good, timed) in looks)
        {
            goodTimed = !good ? 0 : timed ? goodTimed + 1 : goodTimed;
            var open = timed ? hysteresis.Observe([("a", good)]) : hysteresis.CloseOnly([("a", good)]);
            Assert.Equal(good && goodTimed >= openAfter, open.Contains("a"));
        }
    });
}
