using ControlPlane.Abstractions;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Tests.Strategies;

public sealed class StrategyTests
{
    [Theory]
    [InlineData(0.0005, OrderSide.Buy)]
    [InlineData(-0.0005, OrderSide.Sell)]
    public void Momentum_InAStraightMove_GoesWithIt(double step, OrderSide side)
    {
        var signal = Assert.IsType<Signal>(new MomentumStrategy().Evaluate(View(i => (step * i) + (0.0001 * (i % 2)))));
        Assert.Equal(side, signal.Side);
        Assert.InRange(signal.Confidence, 0.6, 1);
        Assert.Contains("trend_strength", signal.Variables.Keys);
    }

    [Fact]
    public void Momentum_InAQuietMarket_HasNoSignalAndSaysByWhichRule()
    {
        var none = Assert.IsType<Abstention>(new MomentumStrategy().Evaluate(View(i => 0.00001 * (i % 2))));
        var reason = Assert.Single(none.Reasons);
        Assert.Equal((NoTradeCodes.NoSignal, "min_move"), (reason.Code, reason.Rule));
        Assert.True(reason.Actual < reason.Threshold);
    }

    [Fact]
    public void Momentum_InASwing_SaysThatItIsNoTrend() => AssertAbstains(new MomentumStrategy(), i => 0.003 * Math.Sin(i + 0.9), NoTradeCodes.RegimeMismatch);

    [Theory]
    [InlineData(1, OrderSide.Sell)]
    [InlineData(-1, OrderSide.Buy)]
    public void MeanReversion_AtTheEdgeOfASwing_LeansAgainstIt(int direction, OrderSide side)
    {
        var signal = Assert.IsType<Signal>(new MeanReversionStrategy().Evaluate(View(i => direction * (i == 30 ? 0.002 : 0.001 * Math.Sin(2.1 * i)))));
        Assert.Equal(side, signal.Side);
    }

    [Fact]
    public void MeanReversion_InATrend_KeepsOut() => AssertAbstains(new MeanReversionStrategy(), i => (0.0005 * i) + (0.0001 * (i % 2)), NoTradeCodes.RegimeMismatch);

    [Fact]
    public void MeanReversion_InAQuietMarket_HasNoSignal() => AssertAbstains(new MeanReversionStrategy(), i => 0.00001 * (i % 2), NoTradeCodes.NoSignal);

    [Fact]
    public void Advised_InAQuietMarket_DoesNotEvenAsk() => AssertAbstains(new AdvisedStrategy(), _ => 0, NoTradeCodes.NoSignal);

    [Theory]
    [InlineData("up", 0.9, OrderSide.Buy)]
    [InlineData("down", 0.7, OrderSide.Sell)]
    public void Advised_ByASureAdvisor_Follows(string verdict, double confidence, OrderSide side)
    {
        var view = View(i => 0.0005 * i);
        Assert.IsType<AskAdvisor>(new AdvisedStrategy().Evaluate(view));
        var signal = Assert.IsType<Signal>(new AdvisedStrategy().Evaluate(view with { Advice = new Advice(verdict, confidence, "m") }));
        Assert.Equal(side, signal.Side);
        Assert.True(signal.Confidence <= confidence);
    }

    [Theory]
    [InlineData("up", 0.5, NoTradeCodes.LowConfidence)]
    [InlineData("flat", 0.9, NoTradeCodes.NoSignal)]
    [InlineData("sideways", 0.9, NoTradeCodes.NoSignal)]
    public void Advised_ByAnUnsureAdvisor_KeepsOut(string verdict, double confidence, string code)
    {
        var none = Assert.IsType<Abstention>(new AdvisedStrategy().Evaluate(View(i => 0.0005 * i) with { Advice = new Advice(verdict, confidence, "m") }));
        Assert.Equal(code, Assert.Single(none.Reasons).Code);
    }

    [Theory]
    [InlineData(OrderSide.Buy, 100.0, 99.0, 1, "the stop was reached")]
    [InlineData(OrderSide.Buy, 100.0, 103.0, 1, "the target was reached")]
    [InlineData(OrderSide.Sell, 100.0, 101.0, 1, "the stop was reached")]
    [InlineData(OrderSide.Sell, 100.0, 97.0, 1, "the target was reached")]
    [InlineData(OrderSide.Buy, 100.0, 100.1, 5, "its time was over")]
    [InlineData(OrderSide.Buy, 100.0, 100.1, 4, null)]
    public void Exit_IsDueByItsRule(OrderSide side, double entry, double price, int heldSeconds, string? why)
    {
        var view = new MarketView("X", [(decimal)price], (decimal)price, (decimal)price);
        Assert.Equal(why, new ExitRule(TimeSpan.FromSeconds(5), 0.005, 0.02).Due(side, (decimal)entry, view, TimeSpan.FromSeconds(heldSeconds)));
    }

    private static void AssertAbstains(IStrategy strategy, Func<int, double> logs, string code) =>
        Assert.Equal(code, Assert.Single(Assert.IsType<Abstention>(strategy.Evaluate(View(logs))).Reasons).Code);

    /// <summary>30 bars and the price now, as offsets of the logarithm.</summary>
    private static MarketView View(Func<int, double> logs)
    {
        decimal Price(int i) => (decimal)(100 * Math.Exp(logs(i)));
        return new MarketView("SIMX", [.. Enumerable.Range(0, 30).Select(Price)], Price(30), Price(30));
    }
}
